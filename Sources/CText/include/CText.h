// Numbers to and from text, and zlib: the parts of reading and writing tables that C++ does best.
#ifndef CTEXT_H
#define CTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a cell's text turned out to be. Everything but ct_number leaves the value alone, except
// ct_underflow, which makes it a signed zero.
typedef enum {
  ct_number,
  ct_empty,
  ct_not_a_number,
  ct_not_finite,  // nan or inf, spelled out
  ct_overflow,    // beyond the largest number of the type
  ct_underflow,   // not zero, and nearer to zero than to any number of the type
} ct_verdict;

// The correctly rounded number in the whole of first..<last: no blanks, one sign at most.
ct_verdict ct_read_float(const char *first, const char *last, float *value);
ct_verdict ct_read_double(const char *first, const char *last, double *value);

// Which fields of a row are kept, and where.
typedef struct {
  const int32_t *target;  // for each field of a row, its column in the table, or −1
  int32_t fields;
  int32_t width;   // columns of the table
  char delimiter;  // ' ' stands for any run of blanks
} ct_layout;

// Parses rows from the start of `text` until the first that is not made of plain finite numbers
// alone, and returns the bytes consumed, whole rows always.
//
// A row that it stops at is not bad: it may hold a comment, quotes or a rare number. `text` ends
// with a line feed and is followed by 16 readable bytes.
size_t ct_float_rows(const ct_layout *layout, const char *text, size_t length, float *values,
                     size_t capacity, size_t *rows);
size_t ct_double_rows(const ct_layout *layout, const char *text, size_t length, double *values,
                      size_t capacity, size_t *rows);

// Writes `value` in the fewest digits that read back as it, or in `digits` significant ones if
// that is not 0. Returns the end. At most 32 bytes.
char *ct_format(char *text, double value, int digits);
char *ct_format_float(char *text, float value, int digits);

// Copies `count` numbers of an array, `step` bytes apart, to every `target_step`th place of a
// table. Returns how many became zero without being it. `wide`: the array holds doubles.
size_t ct_place_float(const void *source, bool wide, size_t count, size_t step, float *target,
                      size_t target_step);
size_t ct_place_double(const void *source, bool wide, size_t count, size_t step, double *target,
                       size_t target_step);
// Whether this stands for a double that was too large.
bool ct_is_too_large(float value);

// How many numbers are finite before the first that is not.
size_t ct_finite_floats(const float *values, size_t count);
size_t ct_finite_doubles(const double *values, size_t count);

// A stream that is unpacked as it is read.
typedef struct ct_inflater ct_inflater;
typedef enum { ct_inflate_more, ct_inflate_end, ct_inflate_corrupt } ct_inflate_state;

// `raw`: deflate without a frame, as in a zip file; otherwise gzip. Null without memory.
ct_inflater *ct_inflater_new(bool raw);
void ct_inflater_free(ct_inflater *inflater);
// Unpacks some of `source` into `target`, and says how much of each was used.
ct_inflate_state ct_inflate(ct_inflater *inflater, const uint8_t *source, size_t *source_length,
                            uint8_t *target, size_t *target_length);
// Ready for the next member of a gzip file.
void ct_inflater_reset(ct_inflater *inflater);

// Packs `length` bytes as one member of a gzip file, which has no time; the bytes written, or 0
// without memory. `target` has room for ct_gzip_bound(length).
size_t ct_gzip(const uint8_t *source, size_t length, uint8_t *target, size_t room);
size_t ct_gzip_bound(size_t length);

uint32_t ct_crc32(uint32_t crc, const void *bytes, size_t length);
// That of bytes with `first` followed by `length` bytes with `second`.
uint32_t ct_crc32_joined(uint32_t first, uint32_t second, size_t length);

// A 128-bit fingerprint: not for adversaries, for noticing that data have changed.
void ct_hash(const void *bytes, size_t length, uint64_t seed, uint64_t hash[2]);

#ifdef __cplusplus
}
#endif
#endif
