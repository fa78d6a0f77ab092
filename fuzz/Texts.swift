import Configuration
import Records
import Training

/// Feeds bytes to the reader of safetensors: what it accepts has tensors that fit their data, and is
/// written again as a file with the same tensors.
func checkSafetensors(_ bytes: [UInt8]) {
  do {
    let file = try SafetensorsFile(bytes, path: "input")
    var writer = SafetensorsWriter(metadata: [:])
    var names: [String] = []
    for tensor in file.tensors {
      let count = tensor.shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      guard let elements = try? tensor.elements() as [Float] else { continue }
      require(elements.count == count, "\(tensor.name) has \(elements.count) elements")
      writer.add(tensor.name, shape: tensor.shape, elements)
      names.append(tensor.name)
    }
    guard !names.isEmpty, Set(names).count == names.count else { return }
    let back = try SafetensorsFile(writer.bytes(), path: "written", trust: .sealed)
    require(back.tensors.count == names.count, "tensors are lost")
    for name in names {
      let (old, new) = (
        try file[name]?.elements() as [Float]?, try back[name]?.elements() as [Float]?
      )
      require(
        old?.map(\.bitPattern) == new?.map(\.bitPattern), "\(name) is read back as something else")
    }
  } catch { requireWords(error) }
}

/// Feeds bytes to the reader of configurations: what it accepts is printed, and read again as the
/// same.
func checkConfiguration(_ bytes: [UInt8]) {
  do {
    let table = RunConfiguration.table
    let first = try table.resolve(files: [ConfigurationFile(bytes, path: "input")]).config
    let text = table.table(of: first).text(of: first)
    let second = try table.resolve(
      files: [ConfigurationFile(Array(text.utf8), path: "printed")]
    ).config
    require(table.table(of: second).text(of: second) == text, "printed and read: \(text)")
    for (name, value) in [("model.decoder", bytes), ("seed", bytes), ("molecule", bytes)] {
      let assignment = Assignment(name, String(decoding: value, as: UTF8.self))
      do { _ = try table.resolve(assignments: [assignment]) } catch { requireWords(error) }
    }
  } catch { requireWords(error) }
}
