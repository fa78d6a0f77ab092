/// What rows add up to, and parts of a table.
struct AuditSums: Sendable {
  var columns: [ColumnStatistics]
  var notFinite: [Int]
  var placed = 0
  var squaredCenter = 0.0, mostSquaredCenter = 0.0, squaredSize = 0.0
  var shortest = Double.infinity, longest = 0.0
  var shortestPair: [Int] = [], longestPair: [Int] = []
  var moving = 0
  var squaredTotal = 0.0, mostSquaredTotal = 0.0, squaredMomentum = 0.0
  var collinear = 0, resting = 0
  var balanced = 0
  var squaredShares = 0.0

  init(columns: Int) {
    self.columns = .init(repeating: ColumnStatistics(), count: columns)
    notFinite = .init(repeating: 0, count: columns)
  }

  mutating func addCenter(_ square: Double) {
    placed += 1
    squaredCenter += square
    mostSquaredCenter = max(mostSquaredCenter, square)
  }

  mutating func addTotal(_ square: Double) {
    moving += 1
    squaredTotal += square
    mostSquaredTotal = max(mostSquaredTotal, square)
  }

  @inline(__always)
  mutating func addBond(_ distance: Double, _ first: Int, _ second: Int) {
    if distance < shortest { (shortest, shortestPair) = (distance, [first, second]) }
    if distance > longest { (longest, longestPair) = (distance, [first, second]) }
  }

  mutating func add(_ other: Self) {
    for c in columns.indices {
      columns[c].add(other.columns[c])
      notFinite[c] += other.notFinite[c]
    }
    placed += other.placed
    squaredCenter += other.squaredCenter
    mostSquaredCenter = max(mostSquaredCenter, other.mostSquaredCenter)
    squaredSize += other.squaredSize
    if other.shortest < shortest {
      (shortest, shortestPair) = (other.shortest, other.shortestPair)
    }
    if other.longest > longest { (longest, longestPair) = (other.longest, other.longestPair) }
    moving += other.moving
    squaredTotal += other.squaredTotal
    mostSquaredTotal = max(mostSquaredTotal, other.mostSquaredTotal)
    squaredMomentum += other.squaredMomentum
    collinear += other.collinear
    resting += other.resting
    balanced += other.balanced
    squaredShares += other.squaredShares
  }
}
