import CHostMath
import Machine

extension CPU {
  /// The widest vectors that are used.
  static var instructionSet: String { String(cString: hm_instruction_set()) }
}
