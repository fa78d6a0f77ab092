import Foundation

/// The interpreter that `IMPLODE_PYTHON` names, for tests against the packages that others use.
package enum Python {
  package static let interpreter = ProcessInfo.processInfo.environment["IMPLODE_PYTHON"]

  /// Whether there is an interpreter with this module.
  package static func has(_ module: String) -> Bool {
    (try? run("import \(module)")) != nil
  }

  package struct Failed: Error {
    package let output: String
  }

  /// What the script prints.
  @discardableResult
  package static func run(
    _ script: String, _ arguments: [String] = [], interpreter: String? = interpreter
  ) throws -> String {
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
