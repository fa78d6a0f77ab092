#include <charconv>
#include <cmath>
#include <system_error>

#include "decimal.h"

namespace ct {

const uint64_t power_of_ten[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

// 10^-64 to 10^38, each the nearest double.
const double scale_of_ten[] = {
    1e-64, 1e-63, 1e-62, 1e-61, 1e-60, 1e-59, 1e-58, 1e-57, 1e-56, 1e-55, 1e-54, 1e-53, 1e-52,
    1e-51, 1e-50, 1e-49, 1e-48, 1e-47, 1e-46, 1e-45, 1e-44, 1e-43, 1e-42, 1e-41, 1e-40, 1e-39,
    1e-38, 1e-37, 1e-36, 1e-35, 1e-34, 1e-33, 1e-32, 1e-31, 1e-30, 1e-29, 1e-28, 1e-27, 1e-26,
    1e-25, 1e-24, 1e-23, 1e-22, 1e-21, 1e-20, 1e-19, 1e-18, 1e-17, 1e-16, 1e-15, 1e-14, 1e-13,
    1e-12, 1e-11, 1e-10, 1e-9,  1e-8,  1e-7,  1e-6,  1e-5,  1e-4,  1e-3,  1e-2,  1e-1,  1e0,
    1e1,   1e2,   1e3,   1e4,   1e5,   1e6,   1e7,   1e8,   1e9,   1e10,  1e11,  1e12,  1e13,
    1e14,  1e15,  1e16,  1e17,  1e18,  1e19,  1e20,  1e21,  1e22,  1e23,  1e24,  1e25,  1e26,
    1e27,  1e28,  1e29,  1e30,  1e31,  1e32,  1e33,  1e34,  1e35,  1e36,  1e37,  1e38,
};

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a decimal that does not fit is too large, not too small: its first digit that is not 0
// stands before the point once the exponent has moved it.
bool is_large(const char *p, const char *last) {
  long position = 0;
  bool found = false, after_point = false;
  for (; p < last && (is_digit(*p) || *p == '.'); p++) {
    if (*p == '.') {
      after_point = true;
    } else if (!found && *p == '0') {
      if (after_point) position--;
    } else {
      found = true;
      if (!after_point) position++;
    }
  }
  long exponent = 0;
  if (p < last && (*p == 'e' || *p == 'E')) {
    p++;
    bool negative = p < last && *p == '-';
    if (p < last && (*p == '-' || *p == '+')) p++;
    for (; p < last && is_digit(*p); p++) {
      if (exponent < 100000000) exponent = exponent * 10 + (*p - '0');
    }
    if (negative) exponent = -exponent;
  }
  return position + exponent > 0;
}

template <typename Real>
ct_verdict read_cell(const char *first, const char *last, Real *value) {
  if (first == last) return ct_empty;
  bool negative = *first == '-';
  if (*first == '-' || *first == '+') first++;
  if (first == last || *first == '-') return ct_not_a_number;
  Real magnitude = 0;
  auto [end, error] = std::from_chars(first, last, magnitude, std::chars_format::general);
  if (end != last) return ct_not_a_number;
  if (error == std::errc::result_out_of_range) {
    if (is_large(first, last)) return ct_overflow;
    *value = negative ? -Real(0) : Real(0);
    return ct_underflow;
  }
  if (error != std::errc()) return ct_not_a_number;
  if (!std::isfinite(magnitude)) return ct_not_finite;
  *value = negative ? -magnitude : magnitude;
  return ct_number;
}

template <typename Real>
char *format(char *text, Real value, int digits) {
  char *end = text + 32;
  if (digits <= 0) return std::to_chars(text, end, value).ptr;
  int precision = digits < 17 ? digits : 17;
  return std::to_chars(text, end, value, std::chars_format::general, precision).ptr;
}

}  // namespace
}  // namespace ct

ct_verdict ct_read_float(const char *first, const char *last, float *value) {
  return ct::read_cell(first, last, value);
}

ct_verdict ct_read_double(const char *first, const char *last, double *value) {
  return ct::read_cell(first, last, value);
}

char *ct_format(char *text, double value, int digits) { return ct::format(text, value, digits); }

char *ct_format_float(char *text, float value, int digits) {
  return ct::format(text, value, digits);
}
