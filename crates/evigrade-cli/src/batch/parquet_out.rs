//! Rows written as a Parquet file.

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowWriter, encode_arrow_schema};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};

use super::{Sink, Target};
use crate::output::Failure;

/// How many rows of text are gathered before they are written.
const ROWS: usize = 1 << 13;
/// How many rows a group has: it is held until it is whole.
const ROWS_OF_GROUP: usize = 1 << 18;
/// How large a group grows.
const BYTES_OF_GROUP: usize = 1 << 26;

/// A Parquet file that is being written.
pub(crate) struct ParquetOut {
    target: Target,
    writer: ArrowWriter<Sink>,
    /// Columns of text of which rows are still gathered; none where rows come as batches.
    texts: Vec<LargeStringBuilder>,
    gathered: usize,
    schema: Arc<Schema>,
}

impl ParquetOut {
    /// For rows of text, with the names of their columns.
    pub(crate) fn of_texts(target: &Target, headings: &[String]) -> Result<Self, Failure> {
        let fields: Vec<Field> = headings.iter().map(|name| Field::new(name, DataType::LargeUtf8, true)).collect();
        let mut out = Self::begun(target, Schema::new(fields), properties())?;
        out.texts = headings.iter().map(|_| LargeStringBuilder::new()).collect();
        Ok(out)
    }

    /// For batches of a schema that are told to whoever reads them as of another: as they were before they were read.
    pub(crate) fn of_tables(target: &Target, schema: Schema, told: &Schema) -> Result<Self, Failure> {
        let told = KeyValue::new(ARROW_SCHEMA_META_KEY.to_owned(), encode_arrow_schema(told));
        Self::begun(target, schema, properties().set_key_value_metadata(Some(vec![told])))
    }

    fn begun(target: &Target, schema: Schema, properties: WriterPropertiesBuilder) -> Result<Self, Failure> {
        let sink = Sink::new(target)?;
        let options = ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true);
        let schema = Arc::new(schema);
        let writer = ArrowWriter::try_new_with_options(sink, Arc::clone(&schema), options);
        let writer = writer.map_err(|error| unwritable(target, &error.to_string()))?;
        Ok(Self { target: target.clone(), writer, texts: Vec::new(), gathered: 0, schema })
    }

    /// Writes a row of text. What is empty is null.
    pub(crate) fn row(&mut self, fields: &csv::StringRecord) -> Result<(), Failure> {
        for (column, text) in self.texts.iter_mut().zip(fields) {
            column.append_option(Some(text).filter(|text| !text.is_empty()));
        }
        self.gathered += 1;
        if self.gathered == ROWS { self.gathered_rows() } else { Ok(()) }
    }

    fn gathered_rows(&mut self) -> Result<(), Failure> {
        self.gathered = 0;
        let columns = self.texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        self.table(&batch.map_err(|error| unwritable(&self.target, &error.to_string()))?)
    }

    /// Writes a batch.
    pub(crate) fn table(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        self.writer.write(batch).map_err(|error| unwritable(&self.target, &error.to_string()))
    }

    /// Puts the file in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if self.gathered > 0 {
            self.gathered_rows()?;
        }
        let sink = self.writer.into_inner().map_err(|error| unwritable(&self.target, &error.to_string()))?;
        sink.finish()
    }
}

fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROWS_OF_GROUP))
        .set_max_row_group_bytes(Some(BYTES_OF_GROUP))
}

fn unwritable(target: &Target, reason: &str) -> Failure {
    let name = match target {
        Target::Standard => "the answer".to_owned(),
        Target::File(path) => format!("`{}`", path.display()),
    };
    Failure::Ours(format!("{name} cannot be written: {reason}"))
}
