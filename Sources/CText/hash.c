#include <string.h>

#include "CText.h"

// A multiplication to 128 bits, folded: every input bit reaches about half of the output's.
static inline uint64_t mix(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

void ct_hash(const void *bytes, size_t length, uint64_t seed, uint64_t hash[2]) {
  const unsigned char *p = bytes;
  uint64_t a = seed ^ 0x9E3779B97F4A7C15, b = mix(seed ^ 0xD6E8FEB86659FD93, 0xA0761D6478BD642F);
  size_t left = length;
  for (; left >= 16; p += 16, left -= 16) {
    uint64_t words[2];
    memcpy(words, p, 16);
    a = mix(a ^ words[0], words[1] ^ 0xE7037ED1A0B428DB);
    b = mix(b ^ words[1], words[0] ^ 0x8EBC6AF09C88C6E3) + a;
  }
  uint64_t words[2] = {0, 0};
  memcpy(words, p, left);
  a = mix(a ^ words[0], words[1] ^ length ^ 0x589965CC75374CC3);
  b = mix(b ^ words[1], words[0] ^ length ^ 0x1D8E4E27C47D124F) + a;
  hash[0] = mix(a, 0xEB44ACCAB455D165);
  hash[1] = mix(b, 0x9FB21C651E98DF25);
}
