"""Annual reports in the files of others: office documents, pages, PDF; all of them hostile until read."""
