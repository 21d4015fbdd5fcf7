"""The list as page and workbook, the report page, the key figures."""
