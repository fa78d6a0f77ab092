/// The words of the column `status` of `implode solve`; in arrays they are numbers, from 0.
enum SolvedStatus: String, CaseIterable {
  // Of three atoms, where all geometries are listed.
  case certified
  case nearFold = "near-fold"
  case incomplete, impossible
  // Of any number of atoms, from starts.
  case found, unreached

  var number: Double { Double(Self.allCases.firstIndex(of: self) ?? 0) }
}
