//! An object on a line: its members in their order, numbers as they are written.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How many members an object may have.
pub(super) const MOST_NAMES: usize = 10_000;

/// The members of an object, each once.
#[derive(Debug, Default)]
pub(crate) struct Object {
    members: Vec<(String, Box<RawValue>)>,
}

impl Object {
    /// Reads an object, or tells why the line is none.
    pub(crate) fn read(line: &str) -> Result<Self, String> {
        serde_json::from_str(line).map_err(|error| {
            let told = error.to_string();
            // It is a line of its own, whatever line of the file it is.
            let told = told.split(" at line ").next().unwrap_or_default().to_owned();
            if told.starts_with("invalid type") {
                "it is no object".to_owned()
            } else if error.is_data() {
                told
            } else {
                format!("it is not JSON: {told} (column {})", error.column())
            }
        })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    /// What a member says, as text; nothing said is empty text.
    pub(crate) fn text(&self, name: &str) -> Result<Cow<'_, str>, String> {
        let Some((_, value)) = self.members.iter().find(|(known, _)| known == name) else { return Ok("".into()) };
        let value = value.get();
        match value.as_bytes().first() {
            Some(b'"') => serde_json::from_str::<String>(value).map(Cow::Owned).map_err(|error| error.to_string()),
            Some(b'[' | b'{') => Err("it is a list or an object, and one value is asked for".to_owned()),
            _ if value == "null" => Ok("".into()),
            _ => Ok(value.into()),
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object::default();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    if object.members.len() == MOST_NAMES {
                        return Err(A::Error::custom(format!("it has more than {MOST_NAMES} members")));
                    }
                    if object.names().any(|known| known == name) {
                        return Err(A::Error::custom(format!("it has two members called `{name}`")));
                    }
                    object.members.push((name, value));
                }
                Ok(object)
            }
        }

        deserializer.deserialize_map(Members)
    }
}
