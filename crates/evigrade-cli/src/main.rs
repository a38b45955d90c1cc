fn main() {
    let mut frameworks = evigrade::Frameworks::empty();
    let files: Vec<_> = std::env::args()
        .skip(1)
        .map(|path| evigrade::document::TextFile::read(path.as_ref(), &*path).unwrap())
        .collect();
    match frameworks.add_files(&files) {
        Err(refused) => println!("{refused}"),
        Ok(ids) => {
            for id in ids {
                let framework = frameworks.get(id.as_str()).unwrap();
                match evigrade::selftest::framework(framework) {
                    Err(refused) => println!("{refused}"),
                    Ok(tests) => {
                        for test in tests {
                            println!("{} {} {}", test.of, test.id, test.failure.map_or("ok".into(), |d| d.to_string()));
                        }
                    }
                }
            }
        }
    }
}
