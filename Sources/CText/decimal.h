// How the two readers of numbers, the one for cells and the one for rows, see a decimal.
#ifndef CTEXT_DECIMAL_H
#define CTEXT_DECIMAL_H

#include <cstdint>
#include <cstring>

#include "CText.h"

namespace ct {

inline uint64_t load(const char *p) {
  uint64_t word;
  memcpy(&word, p, 8);
  return word;
}

// How many of the eight characters of `word` are digits, counted from the first.
inline int leading_digits(uint64_t word) {
  // A byte is a digit iff its upper half is 3, and still is after 6 is added to it. The carry out
  // of a byte that is none can only reach the bytes after it.
  const uint64_t high = 0xF0F0F0F0F0F0F0F0;
  uint64_t other = ((word & high) ^ 0x3030303030303030) |
                   (((word + 0x0606060606060606) & high) ^ 0x3030303030303030);
  return other == 0 ? 8 : __builtin_ctzll(other) / 8;
}

// The number in the first `count` characters of `word`, which are digits; `count` is 1 to 8.
inline uint64_t digits_value(uint64_t word, int count) {
  // The first digit is in the lowest byte; shifted up, the bytes before it are leading zeros.
  word = (word << (64 - 8 * count)) & 0x0F0F0F0F0F0F0F0F;
  word = word * 10 + (word >> 8);
  const uint64_t mask = 0x000000FF000000FF;
  return (((word & mask) * 0x000F424000000064) + (((word >> 16) & mask) * 0x0000271000000001)) >>
         32;
}

extern const uint64_t power_of_ten[9];
extern const double scale_of_ten[];
const int smallest_scale = -64;
const int largest_scale = 38;

// m · 10^e as a 32-bit float, if that is certain from a double.
//
// The double is off by less than 3 of its units: one half from m, from 10^e and from the product
// each. So the float nearest to it is the float nearest to the decimal, unless a tie between two
// floats is that close; ties, subnormals and the edge of the range are left to std::from_chars.
inline bool round_decimal(uint64_t m, int e, float *value) {
  if (e < smallest_scale || e > largest_scale) return false;
  double d = static_cast<double>(m) * scale_of_ten[e - smallest_scale];
  uint64_t bits;
  memcpy(&bits, &d, 8);
  uint64_t tie_distance = (bits & 0x1FFFFFFF) - 0x0FFFFFF0;
  if (tie_distance <= 0x20 || !(d < 3.4e38) || d < 1.2e-38) {
    if (m != 0) return false;
    d = 0;
  }
  *value = static_cast<float>(d);
  return true;
}

// m · 10^e as a double, if both are exact: then one rounding makes the nearest.
inline bool round_decimal(uint64_t m, int e, double *value) {
  if (m >> 53 != 0 || e < -22 || e > 22) return false;
  double d = static_cast<double>(m);
  *value = e < 0 ? d / scale_of_ten[-e - smallest_scale] : d * scale_of_ten[e - smallest_scale];
  return true;
}

inline ct_verdict read(const char *first, const char *last, float *value) {
  return ct_read_float(first, last, value);
}

inline ct_verdict read(const char *first, const char *last, double *value) {
  return ct_read_double(first, last, value);
}

}  // namespace ct

#endif
