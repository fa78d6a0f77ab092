/// Something asked of the simulator that has no answer: what, with which value, and what to do.
package struct PhysicsError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package let hint: String

  package init(_ description: String, hint: String) {
    self.description = description
    self.hint = hint
  }
}
