// A table as bytes, to be kept in a file.

#include <string.h>

#include "inverse.h"

// What a table's bytes begin with; vertices and cells follow. The last letter counts versions.
typedef struct {
  char name[16];
  double masses[3], charges[3];
  int64_t vertices, cells;
  uint64_t digest;
} cp_table_head;

static const char TABLE_NAME[16] = "implode shape 1";

// FNV-1a, eight bytes at a time.
static uint64_t digest_of(const char *bytes, long count) {
  uint64_t digest = 0xCBF29CE484222325u;
  for (long i = 0; i + 8 <= count; i += 8) {
    uint64_t word;
    memcpy(&word, bytes + i, 8);
    digest = (digest ^ word) * 0x100000001B3u;
    digest ^= digest >> 32;
  }
  return digest;
}

static long body_bytes(int64_t vertices, int64_t cells) {
  return vertices * (long)sizeof(cp_vertex) + cells * (long)sizeof(cp_cell);
}

long cp_table_bytes(const cp_table *t) {
  return (long)sizeof(cp_table_head) + body_bytes(t->vertex_count, t->cell_count);
}

void cp_table_write(const cp_table *t, void *bytes) {
  char *body = (char *)bytes + sizeof(cp_table_head);
  cp_table_head head = {.vertices = t->vertex_count, .cells = t->cell_count};
  memcpy(head.name, TABLE_NAME, sizeof head.name);
  memcpy(head.masses, t->masses, sizeof head.masses);
  memcpy(head.charges, t->charges, sizeof head.charges);
  memcpy(body, t->vertices, t->vertex_count * sizeof(cp_vertex));
  memcpy(body + t->vertex_count * sizeof(cp_vertex), t->cells, t->cell_count * sizeof(cp_cell));
  head.digest = digest_of(body, body_bytes(t->vertex_count, t->cell_count));
  memcpy(bytes, &head, sizeof head);
}

// Whether cells name vertices that there are, and some vertices are as they are computed here.
static int is_sound(const cp_table *t) {
  enum { SOME = 32 };
  for (long i = 0; i < t->cell_count; i++) {
    for (int k = 0; k < 4; k++) {
      const int32_t vertex = t->cells[i].vertex[k];
      if (vertex < 0 || vertex >= t->vertex_count) return 0;
    }
  }
  cp_batch batch;
  cp_shape_point points[SOME];
  complex_t q[SOME];
  if (!batch_create(&batch, t, SOME)) return 0;
  const long stride = (t->vertex_count + SOME - 1) / SOME;
  long count = 0;
  for (long i = 0; i < t->vertex_count; i += stride) points[count++] = t->vertices[i].at;
  batch_run(&batch, t, CP_FINE, count, points, q, NULL, NULL);
  batch_free(&batch);
  int sound = count > 0;
  for (long k = 0; k < count; k++) {
    sound &= cabs(q[k] - vertex_q(t->vertices + k * stride)) < 1e-6;
  }
  return sound;
}

cp_table *cp_table_read(const double *masses, const double *charges, const void *bytes,
                        long count) {
  cp_table_head head;
  if (count < (long)sizeof head) return NULL;
  memcpy(&head, bytes, sizeof head);
  const char *body = (const char *)bytes + sizeof head;
  const long most = 1 << 26;
  if (memcmp(head.name, TABLE_NAME, sizeof head.name) != 0 ||
      memcmp(head.masses, masses, sizeof head.masses) != 0 ||
      memcmp(head.charges, charges, sizeof head.charges) != 0 || head.vertices <= 0 ||
      head.vertices > most || head.cells <= 0 || head.cells > most ||
      count != (long)sizeof head + body_bytes(head.vertices, head.cells) ||
      head.digest != digest_of(body, body_bytes(head.vertices, head.cells))) {
    return NULL;
  }
  cp_table *t = empty_table(masses, charges);
  if (t == NULL) return NULL;
  t->vertices = malloc(head.vertices * sizeof(cp_vertex));
  t->cells = malloc(head.cells * sizeof(cp_cell));
  if (t->vertices != NULL && t->cells != NULL) {
    t->vertex_count = t->evaluated = head.vertices;
    t->cell_count = head.cells;
    memcpy(t->vertices, body, head.vertices * sizeof(cp_vertex));
    memcpy(t->cells, body + head.vertices * sizeof(cp_vertex), head.cells * sizeof(cp_cell));
    if (is_sound(t) && fill_bins(t)) return t;
  }
  cp_table_free(t);
  return NULL;
}
