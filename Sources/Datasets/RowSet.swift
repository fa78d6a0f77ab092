import CText

/// Rows of a table, to be found in another by the bits of some columns.
///
/// By 64-bit hashes: of a million rows and a million others, one pair is found that is not equal in
/// 20 million cases.
package struct RowSet: Sendable {
  private let hashes: Set<UInt64>
  private let columns: [String]

  /// - Parameter columns: in the order of the hash; nil is returned where the table lacks one.
  package init?(_ table: Table<Float>, rows: [UInt32], columns: [String]) {
    guard let found = Self.hashes(of: table, rows, columns) else { return nil }
    (hashes, self.columns) = (Set(found), columns)
  }

  /// How many of some rows of a table are among these.
  package func count(in table: Table<Float>, rows: [UInt32]) -> Int {
    Self.hashes(of: table, rows, columns)?.count { hashes.contains($0) } ?? 0
  }

  private static func hashes(
    of table: Table<Float>, _ rows: [UInt32], _ columns: [String]
  ) -> [UInt64]? {
    guard let indices = table.indices(of: columns) else { return nil }
    var (values, hash) = (
      [Float](repeating: 0, count: indices.count), [UInt64](repeating: 0, count: 2)
    )
    let bytes = values.count * MemoryLayout<Float>.stride
    return rows.map { row in
      // Adding 0 makes −0 the same as 0.
      for k in indices.indices { values[k] = table[Int(row), indices[k]] + 0 }
      ct_hash(values, bytes, 0, &hash)
      return hash[0]
    }
  }
}
