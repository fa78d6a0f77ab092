import Physics
import Text

/// What to do in a command about ions that do not have the charges of the molecule.
package enum ChargesRemedy: Sendable {
  /// `implode inspect`, which has an option for them.
  case inspecting
  /// `implode train`, which has them in its configuration.
  case training
  /// Commands that use a trained model.
  case predicting

  /// `add --charges 1,1,1`
  func text(_ charges: [Double], of molecule: Molecule) -> String {
    func list(_ charges: [Double], _ separator: String) -> String {
      charges.map { Audit.text($0) }.joined(separator: separator)
    }
    switch self {
    case .inspecting: return "add --charges \(list(charges, ","))"
    case .training:
      return "add 'molecule={name: \"\(molecule.name)\", charges: [\(list(charges, ", "))]}'"
    case .predicting: return "the model is of charges \(list(molecule.charges, ","))"
    }
  }
}
