"""An earlier register, kept in a spreadsheet, read as events: columns, dates and words as people type them."""
