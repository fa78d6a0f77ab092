#include "decimal.h"

namespace {

// One decimal, from its sign to the character after it. Null if the thorough reader has to look.
template <typename Real>
inline const char *scan(const char *p, Real *value) {
  bool negative = *p == '-';
  p += negative;
  const char *start = p;
  uint64_t m = 0;
  int count;
  do {
    uint64_t word = ct::load(p);
    count = ct::leading_digits(word);
    if (count == 0) break;
    m = m * ct::power_of_ten[count] + ct::digits_value(word, count);
    p += count;
  } while (count == 8);
  long digits = p - start;
  int e = 0;
  if (*p == '.') {
    const char *point = ++p;
    do {
      uint64_t word = ct::load(p);
      count = ct::leading_digits(word);
      if (count == 0) break;
      m = m * ct::power_of_ten[count] + ct::digits_value(word, count);
      p += count;
    } while (count == 8);
    e = static_cast<int>(point - p);
    digits += p - point;
  }
  // More digits than 64 bits can hold for sure, unless they are zeros in front.
  if (digits > 19) {
    while (*start == '0' || *start == '.') {
      digits -= *start == '0';
      start++;
    }
    if (digits > 19) return nullptr;
  } else if (digits == 0) {
    return nullptr;
  }
  if (*p == 'e' || *p == 'E') {
    p++;
    bool below = *p == '-';
    if (*p == '-' || *p == '+') p++;
    uint64_t word = ct::load(p);
    count = ct::leading_digits(word);
    if (count == 0 || count > 4) return nullptr;
    int exponent = static_cast<int>(ct::digits_value(word, count));
    p += count;
    e += below ? -exponent : exponent;
  }
  Real magnitude;
  if (!ct::round_decimal(m, e, &magnitude)) return nullptr;
  *value = negative ? -magnitude : magnitude;
  return p;
}

inline const char *skip_blanks(const char *p) {
  while (*p == ' ' || *p == '\t') p++;
  return p;
}

// The number that `scan` left alone; `p` is where it starts, the result where it ends.
template <typename Real>
const char *scan_slowly(const char *p, char delimiter, Real *value) {
  const char *first = p;
  while (*p != delimiter && *p != '\n' && *p != '\r' && *p != ' ' && *p != '\t') p++;
  return ct::read(first, p, value) == ct_number ? p : nullptr;
}

// A field that no column of the table wants, up to what ends it. Null if it is quoted.
inline const char *skip_field(const char *p, char delimiter) {
  if (*p == '"') return nullptr;
  const char other = delimiter == ' ' ? '\t' : delimiter;
  while (*p != delimiter && *p != other && *p != '\n' && *p != '\r' && *p != '\0') p++;
  return *p == '\0' ? nullptr : p;
}

// The end of the row that starts at `p`, or null if the row is not plain.
template <typename Real>
const char *parse_row(const ct_layout *layout, const char *p, Real *row) {
  const char delimiter = layout->delimiter;
  const bool blanks = delimiter == ' ';
  for (int32_t field = 0; field < layout->fields; field++) {
    // A tab between tabs is an empty cell, which the caller reports.
    if (delimiter != '\t') p = skip_blanks(p);
    int32_t column = layout->target[field];
    if (column >= 0) {
      const char *end = scan(p, row + column);
      if (end == nullptr) end = scan_slowly(p, delimiter, row + column);
      if (end == nullptr) return nullptr;
      p = end;
      while (*p == ' ' && !blanks) p++;
    } else {
      p = skip_field(p, delimiter);
      if (p == nullptr) return nullptr;
    }
    bool separated = *p == delimiter || (blanks && *p == '\t');
    if (field + 1 < layout->fields) {
      if (!separated) return nullptr;
      p++;
    } else if (separated) {
      // A delimiter at the end of the row makes an empty field that is nobody's.
      p = blanks ? skip_blanks(p) : p + 1;
    }
  }
  if (*p == '\r') return p[1] == '\n' ? p + 2 : p + 1;
  return *p == '\n' ? p + 1 : nullptr;
}

template <typename Real>
size_t parse_rows(const ct_layout *layout, const char *text, size_t length, Real *values,
                  size_t capacity, size_t *rows) {
  const char *p = text;
  const char *end = text + length;
  size_t done = 0;
  while (p < end && done < capacity) {
    // A comment may look like a row in a column that is not read.
    if (*skip_blanks(p) == '#') break;
    const char *next = parse_row(layout, p, values + done * layout->width);
    if (next == nullptr || next > end) break;
    p = next;
    done++;
  }
  *rows = done;
  return static_cast<size_t>(p - text);
}

}  // namespace

size_t ct_float_rows(const ct_layout *layout, const char *text, size_t length, float *values,
                     size_t capacity, size_t *rows) {
  return parse_rows(layout, text, length, values, capacity, rows);
}

size_t ct_double_rows(const ct_layout *layout, const char *text, size_t length, double *values,
                      size_t capacity, size_t *rows) {
  return parse_rows(layout, text, length, values, capacity, rows);
}
