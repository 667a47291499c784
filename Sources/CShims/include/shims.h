#pragma once

/// Asks for a cache line in the second-level cache. Never faults. Swift has no spelling for this.
static inline __attribute__((always_inline)) void prefetch_line(const void *address) {
  __builtin_prefetch(address, 0, 2);
}

typedef float sixteen_floats __attribute__((ext_vector_type(16)));

/// Square roots of 16 floats. Swift's SIMD square root is sixteen scalar ones with a branch each.
static inline __attribute__((always_inline)) void square_root_lanes(const float *x, float *root) {
  sixteen_floats lanes;
  __builtin_memcpy(&lanes, x, sizeof lanes);
  lanes = __builtin_elementwise_sqrt(lanes);
  __builtin_memcpy(root, &lanes, sizeof lanes);
}

/// Asks the system to let this process use the tile registers of AMX, which add 8 KiB to the state of a
/// thread. Returns 0 where it may, whether it asked before or not. A system call with no other spelling.
int request_tiles(void);
