#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

/// Loads FFmpeg's libraries, once. They bring more than a hundred others with them, which take longer
/// to load than checking a recipe takes, so they are not linked: what needs no video never waits for
/// them. Returns NULL, or why they cannot be used. No function of FFmpeg may be called before.
const char *_Nullable ffmpeg_load(void);

// Macros that Swift does not import.
static inline int sousvide_av_error(int posix) { return AVERROR(posix); }
static inline int sousvide_av_error_eof(void) { return AVERROR_EOF; }
static inline int64_t sousvide_av_nopts(void) { return AV_NOPTS_VALUE; }
