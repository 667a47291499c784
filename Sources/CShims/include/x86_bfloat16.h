#pragma once

// Instructions on words of two bfloat16 numbers, which Swift has no spelling for. They are there only for
// a module that is built for processors that have them.
#if defined(__AVX512BF16__) && defined(__AMX_BF16__)

typedef float float_lanes __attribute__((ext_vector_type(16)));
typedef unsigned int word_lanes __attribute__((ext_vector_type(16)));

#define INSTRUCTION static inline __attribute__((always_inline))

/// VDPBF16PS: the product of the high halves is added to the sum, then that of the low halves, each
/// rounded once. Denormal numbers count as zero, and become zero.
INSTRUCTION float_lanes add_pair_products(float_lanes sum, word_lanes a, word_lanes b) {
  typedef __bf16 pairs __attribute__((vector_size(64)));
  return __builtin_ia32_dpbf16ps_512(sum, (pairs)a, (pairs)b);
}

/// VCVTNE2PS2BF16: 32 floats as words of two neighbours, the first in the low half; rounded to nearest,
/// ties to even. Denormal numbers become zero.
INSTRUCTION word_lanes round_to_pairs(float_lanes first, float_lanes second) {
  return (word_lanes)__builtin_ia32_cvtne2ps2bf16_512(second, first);
}

// Tiles 0 and 1 hold the sums of the upper rows and 2 x 16 columns, 2 and 3 those of the lower rows;
// 4 and 5 the left rows, 6 and 7 the right columns. A tile is at most 16 rows of 64 bytes.

/// LDTILECFG: how many rows the upper and the lower tiles have, 1 to 16 each. All tiles become zero.
INSTRUCTION void shape_tiles(long upper, long lower) {
  _Alignas(64) unsigned char shape[64] = {1};
  const long rows[8] = {upper, upper, lower, lower, upper, lower, 16, 16};
  for (int tile = 0; tile < 8; tile++) {
    shape[16 + 2 * tile] = 64;
    shape[48 + tile] = (unsigned char)rows[tile];
  }
  __builtin_ia32_tile_loadconfig(shape);
}

/// TILERELEASE: threads are switched faster, and cores may sleep deeper, without tiles.
INSTRUCTION void release_tiles(void) { __builtin_ia32_tilerelease(); }

INSTRUCTION void zero_sums(void) {
  __builtin_ia32_tilezero(0);
  __builtin_ia32_tilezero(1);
  __builtin_ia32_tilezero(2);
  __builtin_ia32_tilezero(3);
}

/// - stride: bytes between rows.
INSTRUCTION void load_sums(const void *sums, long stride, _Bool lower) {
  const char *base = (const char *)sums;
  __builtin_ia32_tileloadd64(0, base, stride);
  __builtin_ia32_tileloadd64(1, base + 64, stride);
  if (lower) {
    __builtin_ia32_tileloadd64(2, base + 16 * stride, stride);
    __builtin_ia32_tileloadd64(3, base + 16 * stride + 64, stride);
  }
}

INSTRUCTION void store_sums(void *sums, long stride, _Bool lower) {
  char *base = (char *)sums;
  __builtin_ia32_tilestored64(0, base, stride);
  __builtin_ia32_tilestored64(1, base + 64, stride);
  if (lower) {
    __builtin_ia32_tilestored64(2, base + 16 * stride, stride);
    __builtin_ia32_tilestored64(3, base + 16 * stride + 64, stride);
  }
}

/// TDPBF16PS on 32 steps: per sum, the products of the low halves in one multiply-add chain and those of
/// the high halves in another; both are added, and what they give is added to the sum. Denormal numbers
/// count as zero, and become zero.
INSTRUCTION void add_tile_products(const void *left, long left_stride, const void *right,
                                   long right_stride, _Bool lower) {
  const char *rows = (const char *)left, *columns = (const char *)right;
  __builtin_ia32_tileloadd64(6, columns, right_stride);
  __builtin_ia32_tileloadd64(4, rows, left_stride);
  __builtin_ia32_tdpbf16ps(0, 4, 6);
  __builtin_ia32_tileloadd64(7, columns + 64, right_stride);
  __builtin_ia32_tdpbf16ps(1, 4, 7);
  if (lower) {
    __builtin_ia32_tileloadd64(5, rows + 16 * left_stride, left_stride);
    __builtin_ia32_tdpbf16ps(2, 5, 6);
    __builtin_ia32_tdpbf16ps(3, 5, 7);
  }
}

#undef INSTRUCTION
#endif
