import Foundation

/// The built program, run as its users run it.
struct Binary {
  let status: Int32
  let output: String
  let messages: String

  /// Beside the tests that are running.
  static let path: String = {
    let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: tests ?? "").deletingLastPathComponent().appending(path: "implode").path
  }()

  /// - Parameters:
  ///   - environment: what is changed in the environment of the tests; nil removes a variable.
  ///   - output: a file for the results; nil collects them.
  static func run(
    _ arguments: [String], environment: [String: String?] = [:], output: String? = nil
  ) throws -> Binary {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    for name in ["COLUMNS", "NO_COLOR", "IMPLODE_BACKEND", "IMPLODE_THREADS"] {
      variables[name] = nil
    }
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    let (results, messages) = (Pipe(), Pipe())
    let file = output.flatMap { FileHandle(forWritingAtPath: $0) }
    if let file { process.standardOutput = file } else { process.standardOutput = results }
    process.standardError = messages
    try process.run()
    // Both are far below what a pipe holds, so that one after the other does not block.
    let text = file == nil ? results.fileHandleForReading.readDataToEndOfFile() : Data()
    let errors = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let crashed = process.terminationReason == .uncaughtSignal
    return Binary(
      status: crashed ? -process.terminationStatus : process.terminationStatus,
      output: String(decoding: text, as: UTF8.self),
      messages: String(decoding: errors, as: UTF8.self))
  }

  /// A shell's command line in which `implode` is the built program.
  static func shell(_ line: String) throws -> Binary {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "implode() { \"\(path)\" \"$@\"; }; \(line)"]
    let (results, messages) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (results, messages)
    try process.run()
    let text = results.fileHandleForReading.readDataToEndOfFile()
    let errors = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Binary(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      messages: String(decoding: errors, as: UTF8.self))
  }
}
