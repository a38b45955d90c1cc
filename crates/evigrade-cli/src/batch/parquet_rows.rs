//! Rows of a Parquet file, batch by batch.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;
use parquet::errors::ParquetError;

use super::{Row, RowText};
use crate::output::Failure;

/// How many rows are read at a time, for any number of threads.
const ROWS: usize = 1 << 15;

/// Rows of a Parquet file that follow each other.
#[derive(Debug)]
pub(crate) struct Table {
    /// The number of the first, from 1.
    pub(crate) first: u64,
    pub(crate) batch: RecordBatch,
}

impl Table {
    /// Its rows as those of a table of text are.
    pub(crate) fn rows(&self) -> Result<Vec<Row>, Failure> {
        let texts = Texts::new(&self.batch)?;
        let row = |at: usize| {
            let text = match texts.of_row(at) {
                Ok(fields) => RowText::Fields(fields),
                Err(reason) => RowText::Broken(reason, String::new()),
            };
            Row { number: self.first + at as u64, line: None, text }
        };
        Ok((0..self.batch.num_rows()).map(row).collect())
    }
}

/// The values of rows as text; what is null is empty.
pub(crate) struct Texts<'b> {
    columns: Vec<ArrayFormatter<'b>>,
}

impl<'b> Texts<'b> {
    pub(crate) fn new(batch: &'b RecordBatch) -> Result<Self, Failure> {
        let told = |column: &'b ArrayRef| ArrayFormatter::try_new(column.as_ref(), &OPTIONS);
        let columns: Result<Vec<_>, _> = batch.columns().iter().map(told).collect();
        Ok(Self { columns: columns.map_err(|error| Failure::Usage(format!("rows cannot be told as text: {error}")))? })
    }

    /// A row, or why it cannot be told.
    pub(crate) fn of_row(&self, at: usize) -> Result<csv::StringRecord, String> {
        let field = |column: &ArrayFormatter<'_>| column.value(at).try_to_string().map_err(|error| error.to_string());
        self.columns.iter().map(field).collect()
    }
}

const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_null("").with_display_error(false);

/// Reads a Parquet file.
#[derive(Debug)]
pub(crate) struct ParquetRows {
    path: PathBuf,
    file: File,
    metadata: ArrowReaderMetadata,
    headings: Vec<String>,
    reader: Option<ParquetRecordBatchReader>,
    count: u64,
}

impl ParquetRows {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| unreadable(path, &error.to_string()))?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new());
        let metadata = metadata.map_err(|error| unreadable(path, &error.to_string()))?;
        let headings: Vec<String> = metadata.schema().fields().iter().map(|field| field.name().clone()).collect();
        if headings.is_empty() {
            return Err(unreadable(path, "it has no columns"));
        }
        if let Some(twice) = headings.iter().enumerate().find(|(at, name)| headings[..*at].contains(name)) {
            return Err(unreadable(path, &format!("two columns are called `{}`", twice.1)));
        }
        let mut chunks = metadata.metadata().row_groups().iter().flat_map(|group| group.columns());
        let is_read = |kind: Compression| matches!(kind, Compression::UNCOMPRESSED | Compression::SNAPPY);
        if let Some(other) = chunks.find(|chunk| !is_read(chunk.compression())) {
            let reason = format!("it is packed with {}: pack it with Snappy, or not at all", other.compression());
            return Err(unreadable(path, &reason));
        }
        Ok(Self { path: path.to_owned(), file, metadata, headings, reader: None, count: 0 })
    }

    pub(crate) fn headings(&self) -> &[String] {
        &self.headings
    }

    /// The columns as the file says what they are.
    pub(crate) fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// The columns as they are read where some are asked for as dictionaries: texts that the file holds so.
    pub(crate) fn with_dictionaries(&self, columns: &[String]) -> Schema {
        let field = |field: &Arc<Field>| {
            let is_text = *field.data_type() == DataType::Utf8;
            if !is_text || !columns.contains(field.name()) || !self.has_dictionary(field.name()) {
                return Arc::clone(field);
            }
            let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(field.as_ref().clone().with_data_type(kind))
        };
        let fields: Vec<Arc<Field>> = self.schema().fields().iter().map(field).collect();
        Schema::new_with_metadata(fields, self.schema().metadata().clone())
    }

    /// Whether the file holds each value of a column once, and numbers for rows.
    fn has_dictionary(&self, column: &str) -> bool {
        let groups = self.metadata.metadata().row_groups();
        let of_group = |chunks: &[parquet::file::metadata::ColumnChunkMetaData]| {
            let mut chunks = chunks.iter().filter(|chunk| chunk.column_path().parts() == [column]);
            chunks.any(|chunk| chunk.dictionary_page_offset().is_some())
        };
        groups.iter().all(|group| of_group(group.columns()))
    }

    /// How many bytes were read, as far as rows tell it.
    pub(crate) fn position(&self) -> u64 {
        let total = self.metadata.metadata().file_metadata().num_rows().max(1) as f64;
        let size = self.file.metadata().map_or(0, |known| known.len());
        (size as f64 * (self.count as f64 / total)) as u64
    }

    /// Begins to read, with columns of these types.
    pub(crate) fn begin(&mut self, schema: Schema) -> Result<(), Failure> {
        let reader = self.reader(ArrowReaderOptions::new().with_schema(Arc::new(schema)));
        self.reader = Some(reader.map_err(|error| unreadable(&self.path, &error.to_string()))?);
        Ok(())
    }

    fn reader(&self, options: ArrowReaderOptions) -> Result<ParquetRecordBatchReader, ParquetError> {
        let metadata = ArrowReaderMetadata::try_new(Arc::clone(self.metadata.metadata()), options)?;
        let file = self.file.try_clone()?;
        ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata).with_batch_size(ROWS).build()
    }

    /// The next rows; nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Table>, Failure> {
        let Some(reader) = &mut self.reader else { return Ok(None) };
        let Some(batch) = reader.next() else { return Ok(None) };
        let batch = batch.map_err(|error| {
            let place = format!("the rows after row {}", self.count);
            unreadable(&self.path, &format!("{place}: {error}"))
        })?;
        let first = self.count + 1;
        self.count += batch.num_rows() as u64;
        Ok(Some(Table { first, batch }))
    }
}

fn unreadable(path: &Path, reason: &str) -> Failure {
    Failure::Usage(format!("`{}` cannot be read: {reason}", path.display()))
}
