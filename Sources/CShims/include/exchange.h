#pragma once

/// Puts each of two files or folders in the other's place, in one step: renameat2 with
/// RENAME_EXCHANGE, which the C library declares only for GNU sources. Returns 0, or -1 with errno.
int exchange_paths(const char *a, const char *b);
