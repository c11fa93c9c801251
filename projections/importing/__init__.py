"""Reading an earlier register from a spreadsheet as events: columns, dates and words as people type them."""
