#define _GNU_SOURCE
#include "shims.h"

#include <sys/syscall.h>
#include <unistd.h>

int request_tiles(void) {
#ifdef SYS_arch_prctl
  const int request_permission = 0x1023; // ARCH_REQ_XCOMP_PERM
  const int tile_data = 18;
  return (int)syscall(SYS_arch_prctl, request_permission, tile_data);
#else
  return -1;
#endif
}
