//! Philox4x32-10, a random generator without state: the numbers are a function of seed and position.
//!
//! Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Any thread can compute any
//! draw, so neither the number of threads nor their order can change a result.

const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
const KEY_STEPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];
const ROUNDS: usize = 10;

/// Four random words for a counter, under a key.
#[inline(always)]
pub(super) fn block(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut a, mut b, mut c, mut d] = counter;
    let [mut first, mut second] = key;
    for _ in 0..ROUNDS {
        let (high_a, low_a) = wide_product(MULTIPLIERS[0], a);
        let (high_c, low_c) = wide_product(MULTIPLIERS[1], c);
        (a, b, c, d) = (high_c ^ b ^ first, low_c, high_a ^ d ^ second, low_a);
        first = first.wrapping_add(KEY_STEPS[0]);
        second = second.wrapping_add(KEY_STEPS[1]);
    }
    [a, b, c, d]
}

/// The high and the low word of a product.
#[inline(always)]
fn wide_product(left: u32, right: u32) -> (u32, u32) {
    let product = u64::from(left) * u64::from(right);
    ((product >> 32) as u32, product as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answers_of_random123_are_met() {
        // Random123 1.14, examples/kat_vectors, lines `philox4x32 10`.
        assert_eq!(
            block([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            block([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        assert_eq!(
            block(pi, [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }
}
