import Foundation
import Testing

/// A program that goes on while a test does other things, such as killing it.
final class RunningTraining {
  private let process = Process()
  private let messages = Pipe()

  init(_ arguments: [String]) throws {
    // Whoever runs the tests may ignore signals, which every process inherits.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--default-signal=HUP,INT", Binary.path] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = messages
    try process.run()
  }

  /// Waits for something to happen, half a minute at most.
  func wait(until isDone: () -> Bool) throws {
    let clock = ContinuousClock.now
    while !isDone() {
      try #require(ContinuousClock.now - clock < .seconds(30))
      try #require(process.isRunning, "it ended before: \(process.terminationStatus)")
      usleep(2000)
    }
  }

  deinit { if process.isRunning { kill(SIGKILL) } }

  func kill(_ signal: Int32) { _ = Foundation.kill(process.processIdentifier, signal) }

  /// The exit code, negative after a signal, and how long it took.
  func end() -> (status: Int32, duration: Duration, messages: String) {
    let clock = ContinuousClock.now
    let text = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let crashed = process.terminationReason == .uncaughtSignal
    return (
      crashed ? -process.terminationStatus : process.terminationStatus,
      ContinuousClock.now - clock, String(decoding: text, as: UTF8.self)
    )
  }
}
