#include <math.h>
#include <string.h>

#include "CText.h"

// A float for a double that no float can hold: no array holds it, as its own are made plain.
static const uint32_t too_large = 0x7FC00001, plain_nan = 0x7FC00000;

static inline float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline float read_float(const char *p) {
  float value;
  memcpy(&value, p, sizeof value);
  return value;
}

static inline double read_double(const char *p) {
  double value;
  memcpy(&value, p, sizeof value);
  return value;
}

size_t ct_place_float(const void *source, bool wide, size_t count, size_t step, float *target,
                      size_t target_step) {
  const char *p = source;
  size_t underflows = 0;
  for (size_t i = 0; i < count; i++, p += step) {
    float *place = target + i * target_step;
    if (!wide) {
      float value = read_float(p);
      *place = isnan(value) ? from_bits(plain_nan) : value;
      continue;
    }
    double value = read_double(p);
    float rounded = (float)value;
    underflows += rounded == 0 && value != 0;
    if (!isfinite(rounded)) {
      if (isnan(value)) rounded = from_bits(plain_nan);
      if (isfinite(value)) rounded = from_bits(too_large);
    }
    *place = rounded;
  }
  return underflows;
}

size_t ct_place_double(const void *source, bool wide, size_t count, size_t step, double *target,
                       size_t target_step) {
  const char *p = source;
  for (size_t i = 0; i < count; i++, p += step) {
    target[i * target_step] = wide ? read_double(p) : (double)read_float(p);
  }
  return 0;
}

bool ct_is_too_large(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits == too_large;
}

size_t ct_finite_floats(const float *values, size_t count) {
  size_t i = 0;
  while (i < count && isfinite(values[i])) i++;
  return i;
}

size_t ct_finite_doubles(const double *values, size_t count) {
  size_t i = 0;
  while (i < count && isfinite(values[i])) i++;
  return i;
}
