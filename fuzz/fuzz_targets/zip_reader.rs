#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stage6_press::bundle::fuzz_doors::zip_reader(data));
