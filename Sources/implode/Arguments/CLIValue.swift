import Datasets
import Text

/// What an option can hold.
protocol CLIValue: SendableMetatype, Sendable {
  /// The word for a value in help texts; nil for a flag, which is followed by none.
  static var placeholder: String? { get }
  /// All values, where they are few.
  static var choices: [String] { get }
  /// The text that reads back as this value; nil where nothing is set.
  var argument: String? { get }

  init(argument: String) throws(Failure)
}

extension CLIValue {
  static var choices: [String] { [] }
}

extension Bool: CLIValue {
  static var placeholder: String? { nil }
  var argument: String? { description }

  init(argument: String) throws(Failure) {
    switch argument {
    case "true": self = true
    case "false": self = false
    default:
      throw .usage("'\(argument)' is not true or false", hint: "write true or false")
    }
  }
}

extension String: CLIValue {
  static var placeholder: String? { "TEXT" }
  var argument: String? { self }

  init(argument: String) { self = argument }
}

extension CLIValue where Self: FixedWidthInteger {
  static var placeholder: String? { "N" }
  var argument: String? { description }

  init(argument: String) throws(Failure) {
    guard let digits = WholeNumber.digits(of: argument) else {
      throw .usage(
        "'\(argument)' is not a whole number",
        hint: "write a whole number, such as 200000, 200_000 or 2e5")
    }
    guard let number = Self(digits) else {
      throw .usage(
        "'\(argument)' is not in range",
        hint: "write a whole number from \(Self.min) to \(Self.max)")
    }
    self = number
  }
}

extension Int: CLIValue {}
extension UInt64: CLIValue {}

extension Double: CLIValue {
  static var placeholder: String? { "X" }
  var argument: String? { description }

  /// Swift reads more than people mean by a number: `nan`, `inf`, `0x1p3`.
  init(argument: String) throws(Failure) {
    let isDecimal = argument.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    guard isDecimal, let number = Double(argument), number.isFinite else {
      throw .usage(
        "'\(argument)' is not a finite number",
        hint: "write a decimal number, such as 0.001 or 1e-3")
    }
    self = number
  }
}

extension ColumnNames: CLIValue {
  static var placeholder: String? { "NAME=COLUMN,…" }
  var argument: String? { isEmpty ? nil : description }

  init(argument: String) throws(Failure) { try self.init(argument) }
}

extension DataUnits: CLIValue {
  static var placeholder: String? { "QUANTITY=UNIT,…" }
  var argument: String? { isEmpty ? nil : description }

  init(argument: String) throws(Failure) { try self.init(argument) }
}

extension Optional: CLIValue where Wrapped: CLIValue {
  static var placeholder: String? { Wrapped.placeholder }
  static var choices: [String] { Wrapped.choices }
  var argument: String? { flatMap(\.argument) }

  init(argument: String) throws(Failure) { self = try Wrapped(argument: argument) }
}

/// A value with a name for each of its cases.
protocol CLIChoice: CLIValue, CaseIterable, RawRepresentable where RawValue == String {}

extension CLIChoice {
  static var placeholder: String? { choices.joined(separator: "|") }
  static var choices: [String] { allCases.map(\.rawValue) }
  var argument: String? { rawValue }

  init(argument: String) throws(Failure) {
    guard let value = Self(rawValue: argument) else {
      let choices = Self.choices.joined(separator: ", ")
      throw .usage(
        "'\(argument)' is not one of \(choices)",
        hint: Suggestion.hint(for: argument, among: Self.choices) ?? "choose one of them")
    }
    self = value
  }
}
