#include "CFFmpeg.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// Every function of FFmpeg that Sousvide calls, with its library. Each is defined here under its own
// name, checked by the compiler against FFmpeg's headers, and hands its arguments on.
#define FUNCTIONS(F)                                                                               \
  F(avutil, void, av_log_set_level, (int a), (a))                                                  \
  F(avutil, int, av_strerror, (int a, char *b, size_t c), (a, b, c))                               \
  F(avutil, int, av_opt_set, (void *a, const char *b, const char *c, int d), (a, b, c, d))         \
  F(avutil, int, av_opt_set_int, (void *a, const char *b, int64_t c, int d), (a, b, c, d))         \
  F(avutil, const char *, av_version_info, (void), ())                                             \
  F(avutil, AVFrame *, av_frame_alloc, (void), ())                                                 \
  F(avutil, void, av_frame_free, (AVFrame * *a), (a))                                              \
  F(avutil, void, av_frame_unref, (AVFrame * a), (a))                                              \
  F(avutil, int, av_frame_get_buffer, (AVFrame * a, int b), (a, b))                                \
  F(avutil, int, av_frame_make_writable, (AVFrame * a), (a))                                       \
  F(avcodec, AVPacket *, av_packet_alloc, (void), ())                                              \
  F(avcodec, void, av_packet_free, (AVPacket * *a), (a))                                           \
  F(avcodec, void, av_packet_unref, (AVPacket * a), (a))                                           \
  F(avcodec, void, av_packet_rescale_ts, (AVPacket * a, AVRational b, AVRational c), (a, b, c))    \
  F(avcodec, const AVCodec *, avcodec_find_decoder, (enum AVCodecID a), (a))                       \
  F(avcodec, const AVCodec *, avcodec_find_encoder, (enum AVCodecID a), (a))                       \
  F(avcodec, const AVCodec *, avcodec_find_encoder_by_name, (const char *a), (a))                  \
  F(avcodec, AVCodecContext *, avcodec_alloc_context3, (const AVCodec *a), (a))                    \
  F(avcodec, void, avcodec_free_context, (AVCodecContext * *a), (a))                               \
  F(avcodec, int, avcodec_open2, (AVCodecContext * a, const AVCodec *b, AVDictionary **c),         \
    (a, b, c))                                                                                     \
  F(avcodec, int, avcodec_parameters_from_context,                                                 \
    (AVCodecParameters * a, const AVCodecContext *b), (a, b))                                      \
  F(avcodec, int, avcodec_parameters_to_context,                                                   \
    (AVCodecContext * a, const AVCodecParameters *b), (a, b))                                      \
  F(avcodec, int, avcodec_send_packet, (AVCodecContext * a, const AVPacket *b), (a, b))            \
  F(avcodec, int, avcodec_receive_frame, (AVCodecContext * a, AVFrame * b), (a, b))                \
  F(avcodec, int, avcodec_send_frame, (AVCodecContext * a, const AVFrame *b), (a, b))              \
  F(avcodec, int, avcodec_receive_packet, (AVCodecContext * a, AVPacket * b), (a, b))              \
  F(avformat, int, avformat_open_input,                                                            \
    (AVFormatContext * *a, const char *b, const AVInputFormat *c, AVDictionary **d), (a, b, c, d)) \
  F(avformat, void, avformat_close_input, (AVFormatContext * *a), (a))                             \
  F(avformat, int, avformat_find_stream_info, (AVFormatContext * a, AVDictionary **b), (a, b))     \
  F(avformat, int, av_find_best_stream,                                                            \
    (AVFormatContext * a, enum AVMediaType b, int c, int d, const AVCodec **e, int f),             \
    (a, b, c, d, e, f))                                                                            \
  F(avformat, int, av_read_frame, (AVFormatContext * a, AVPacket * b), (a, b))                     \
  F(avformat, int, avformat_alloc_output_context2,                                                 \
    (AVFormatContext * *a, const AVOutputFormat *b, const char *c, const char *d), (a, b, c, d))   \
  F(avformat, void, avformat_free_context, (AVFormatContext * a), (a))                             \
  F(avformat, AVStream *, avformat_new_stream, (AVFormatContext * a, const AVCodec *b), (a, b))    \
  F(avformat, int, avformat_write_header, (AVFormatContext * a, AVDictionary **b), (a, b))         \
  F(avformat, int, av_interleaved_write_frame, (AVFormatContext * a, AVPacket * b), (a, b))        \
  F(avformat, int, av_write_trailer, (AVFormatContext * a), (a))                                   \
  F(avformat, int, avio_open, (AVIOContext * *a, const char *b, int c), (a, b, c))                 \
  F(avformat, int, avio_closep, (AVIOContext * *a), (a))                                           \
  F(swscale, struct SwsContext *, sws_getContext,                                                  \
    (int a, int b, enum AVPixelFormat c, int d, int e, enum AVPixelFormat f, int g, SwsFilter *h,  \
     SwsFilter *i, const double *j),                                                               \
    (a, b, c, d, e, f, g, h, i, j))                                                                \
  F(swscale, void, sws_freeContext, (struct SwsContext * a), (a))                                  \
  F(swscale, int, sws_scale_frame, (struct SwsContext * a, AVFrame * b, const AVFrame *c),         \
    (a, b, c))                                                                                     \
  F(swscale, const int *, sws_getCoefficients, (int a), (a))                                       \
  F(swscale, int, sws_setColorspaceDetails,                                                        \
    (struct SwsContext * a, const int b[4], int c, const int d[4], int e, int f, int g, int h),    \
    (a, b, c, d, e, f, g, h))

#define FORWARD(library, result, name, parameters, arguments)                                      \
  static result(*loaded_##name) parameters;                                                        \
  result name parameters { return loaded_##name arguments; }
FUNCTIONS(FORWARD)

static char reason[512];
static int failed;

static void *open_library(const char *name, int version) {
  char file[64];
  snprintf(file, sizeof file, "lib%s.so.%d", name, version);
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library && !failed) {
    snprintf(reason, sizeof reason, "%s", dlerror());
    failed = 1;
  }
  return library;
}

static void *find(void *library, const char *name) {
  void *function = library ? dlsym(library, name) : 0;
  if (!function && !failed) {
    snprintf(reason, sizeof reason, "%s is missing", name);
    failed = 1;
  }
  return function;
}

static void load(void) {
  // The versions whose headers this was compiled with: a struct differs between major versions.
  void *avutil = open_library("avutil", LIBAVUTIL_VERSION_MAJOR);
  void *avcodec = open_library("avcodec", LIBAVCODEC_VERSION_MAJOR);
  void *avformat = open_library("avformat", LIBAVFORMAT_VERSION_MAJOR);
  void *swscale = open_library("swscale", LIBSWSCALE_VERSION_MAJOR);
#define LOAD(library, result, name, parameters, arguments)                                         \
  loaded_##name = (result(*) parameters)find(library, #name);
  FUNCTIONS(LOAD)
}

const char *ffmpeg_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return failed ? reason : 0;
}
