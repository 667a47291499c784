#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// Macros that Swift does not import.
static inline int sousvide_av_error(int posix) { return AVERROR(posix); }
static inline int sousvide_av_error_eof(void) { return AVERROR_EOF; }
static inline int64_t sousvide_av_nopts(void) { return AV_NOPTS_VALUE; }
