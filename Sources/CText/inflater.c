#include <stdlib.h>
#include <zlib.h>

#include "CText.h"

struct ct_inflater {
  z_stream stream;
};

ct_inflater *ct_inflater_new(bool raw) {
  ct_inflater *inflater = calloc(1, sizeof(ct_inflater));
  if (inflater && inflateInit2(&inflater->stream, raw ? -15 : 15 + 16) != Z_OK) {
    free(inflater);
    return NULL;
  }
  return inflater;
}

void ct_inflater_free(ct_inflater *inflater) {
  if (!inflater) return;
  inflateEnd(&inflater->stream);
  free(inflater);
}

void ct_inflater_reset(ct_inflater *inflater) { inflateReset(&inflater->stream); }

ct_inflate_state ct_inflate(ct_inflater *inflater, const uint8_t *source, size_t *source_length,
                            uint8_t *target, size_t *target_length) {
  const size_t most = 1u << 30;
  z_stream *stream = &inflater->stream;
  uInt given = (uInt)(*source_length < most ? *source_length : most);
  uInt room = (uInt)(*target_length < most ? *target_length : most);
  stream->next_in = (Bytef *)source;
  stream->avail_in = given;
  stream->next_out = target;
  stream->avail_out = room;
  int code = inflate(stream, Z_NO_FLUSH);
  *source_length = given - stream->avail_in;
  *target_length = room - stream->avail_out;
  if (code == Z_STREAM_END) return ct_inflate_end;
  // Z_BUF_ERROR says only that there was nothing to do.
  return code == Z_OK || code == Z_BUF_ERROR ? ct_inflate_more : ct_inflate_corrupt;
}

size_t ct_gzip_bound(size_t length) { return compressBound((uLong)length) + 32; }

size_t ct_gzip(const uint8_t *source, size_t length, uint8_t *target, size_t room) {
  z_stream stream = {0};
  const int level = 4, memory = 8;
  if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, memory, Z_DEFAULT_STRATEGY) != Z_OK)
    return 0;
  stream.next_in = (Bytef *)source;
  stream.avail_in = (uInt)length;
  stream.next_out = target;
  stream.avail_out = (uInt)room;
  int code = deflate(&stream, Z_FINISH);
  size_t size = room - stream.avail_out;
  deflateEnd(&stream);
  return code == Z_STREAM_END ? size : 0;
}

uint32_t ct_crc32(uint32_t crc, const void *bytes, size_t length) {
  return (uint32_t)crc32_z(crc, bytes, length);
}

uint32_t ct_crc32_joined(uint32_t first, uint32_t second, size_t length) {
  return (uint32_t)crc32_combine(first, second, (z_off_t)length);
}
