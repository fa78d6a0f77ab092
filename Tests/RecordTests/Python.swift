import Foundation

/// The interpreter that `IMPLODE_PYTHON` names, for tests against the packages that others use.
enum Python {
  static let interpreter = ProcessInfo.processInfo.environment["IMPLODE_PYTHON"]

  /// Whether there is an interpreter with this module.
  static func has(_ module: String) -> Bool {
    (try? run("import \(module)")) != nil
  }

  struct Failed: Error {
    let output: String
  }

  /// What the script prints.
  @discardableResult
  static func run(_ script: String, _ arguments: [String] = []) throws -> String {
    guard let interpreter else { throw Failed(output: "no IMPLODE_PYTHON") }
    let process = Process()
    process.executableURL = URL(filePath: interpreter)
    process.arguments = ["-c", script] + arguments
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(output: text) }
    return text
  }
}

/// A folder that is there while a test runs.
final class Folder {
  let url = FileManager.default.temporaryDirectory
    .appending(path: "implode-records-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var path: String { url.path }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: url.appending(path: name)))
  }
}
