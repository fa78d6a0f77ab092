import Datasets
import Records
import Text

/// A preparation as strings and tensors of a file.
enum PreparationRecord {
  private static let prefix = "preparation."

  static func metadata(of values: Preparation.Values) -> [String: String] {
    var metadata = [
      "frame": values.frame, "features": values.features.joined(separator: ","),
      "atoms": values.names.joined(separator: ","),
    ]
    for (name, part) in [("targets", values.targets), ("conditions", values.conditions)] {
      metadata["\(name).columns"] = part.columns.joined(separator: ",")
      metadata["\(name).scaler"] = part.scaler.kind
      metadata["\(name).scaler.columns"] = part.scaler.columns.joined(separator: ",")
    }
    return Dictionary(uniqueKeysWithValues: metadata.map { (prefix + $0.key, $0.value) })
  }

  static func add(_ values: Preparation.Values, to writer: inout SafetensorsWriter) {
    func add(_ name: String, _ numbers: [Double]) {
      writer.add(prefix + name, shape: [numbers.count], numbers)
    }
    add("axes", values.axes.map(Double.init))
    add("masses", values.masses)
    add("charges", values.charges)
    for (name, part) in [("targets", values.targets), ("conditions", values.conditions)] {
      add("\(name).dependent_atom", [Double(part.dependentAtom)])
      add("\(name).weights", part.weights)
      add("\(name).shift", part.scaler.shift)
      add("\(name).scale", part.scaler.scale)
    }
  }

  static func read(_ file: SafetensorsFile) throws -> Preparation.Values {
    func numbers(_ name: String) throws -> [Double] {
      guard let tensor = file[prefix + name] else {
        throw Failure(
          in: file.path, "there is no '\(prefix + name)'", hint: "the file is no model of Implode")
      }
      return try tensor.elements()
    }
    func words(_ name: String) -> [String] {
      let text = file.metadata[prefix + name] ?? ""
      return text.isEmpty ? [] : text.split(separator: ",").map(String.init)
    }
    func coordinates(_ name: String) throws -> Coordinates.Values {
      Coordinates.Values(
        columns: words("\(name).columns"),
        dependentAtom: try numbers("\(name).dependent_atom").first.flatMap { Int(exactly: $0) }
          ?? -1,
        weights: try numbers("\(name).weights"),
        scaler: Scaler.Values(
          kind: file.metadata["\(prefix)\(name).scaler"] ?? "",
          columns: words("\(name).scaler.columns"), shift: try numbers("\(name).shift"),
          scale: try numbers("\(name).scale")))
    }
    return Preparation.Values(
      frame: file.metadata[prefix + "frame"] ?? "",
      axes: try numbers("axes").map { Int(exactly: $0) ?? -1 }, features: words("features"),
      names: words("atoms"), masses: try numbers("masses"), charges: try numbers("charges"),
      targets: try coordinates("targets"), conditions: try coordinates("conditions"))
  }
}
