import Glibc

/// Draws of momenta of one event, with all their geometries, and what each is worth.
struct WeightedDraws {
  struct Branch {
    let positions: [Double]
    /// Likelihood · prior/|det ∂p/∂x|.
    let mass: Double
    /// The density of the proposal of geometries over |det ∂p/∂x|.
    let proposed: Double
  }

  var branches: [[Branch]] = []
  /// The density of the proposal of momenta at each draw.
  var ofMomenta: [Double] = []
  var nearFold = 0, incomplete = 0

  /// The weight of each draw if momenta have this share of the proposals.
  func weights(share: Double) -> [Double] {
    zip(branches, ofMomenta).map { branches, ofMomenta in
      let mass = branches.reduce(0) { $0 + $1.mass }
      let proposed = branches.reduce(0) { $0 + $1.proposed }
      return mass > 0 ? mass / (share * ofMomenta + (1 - share) * proposed) : 0
    }
  }

  /// The share with which draws vary least, seen from draws that had the share `used`.
  func bestShare(used: Double) -> Double {
    let weights = weights(share: used)
    guard weights.contains(where: { $0 > 0 }) else { return used }
    let shares = [0.2, 0.5, 0.8]
    let squares = shares.map { share in
      zip(self.weights(share: share), weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return shares[squares.indices.min { squares[$0] < squares[$1] } ?? 1]
  }
}
