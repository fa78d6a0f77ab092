import Foundation
import Testing

@testable import implode

/// Scripts for shells: read by the shells themselves where they are installed.
@Suite struct CompletionTests {
  @Test("a script has every command and option", arguments: Completions.allCases)
  func complete(_ shell: Completions) {
    let script = shell.script(for: Implode.commands)
    for command in Implode.commands {
      #expect(script.contains(command.name))
      for option in command.options { #expect(script.contains(option.option.name)) }
    }
  }

  @Test("bash understands its script")
  func bashSyntax() throws { try checkSyntax(.bash) }

  @Test("zsh understands its script", .enabled(if: path(of: .zsh) != nil))
  func zsh() throws { try checkSyntax(.zsh) }

  @Test("fish understands its script", .enabled(if: path(of: .fish) != nil))
  func fish() throws { try checkSyntax(.fish) }

  private static func path(of shell: Completions) -> String? {
    ["/bin", "/usr/bin", "/usr/local/bin"].map { "\($0)/\(shell.rawValue)" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
  }

  private func checkSyntax(_ shell: Completions) throws {
    let path = try #require(Self.path(of: shell))
    let file = FileManager.default.temporaryDirectory
      .appending(path: "implode-completion-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try shell.script(for: Implode.commands)
      .write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["-n", file.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test("bash offers commands, options, choices and keys")
  func bash() throws {
    let script = Completions.bash.script(for: Implode.commands)
    for (line, offer) in [
      ("tr", "train"), ("train --back", "--backend"), ("train --backend c", "cpu"),
      ("train training.ep", "training.epochs="), ("train cvae-w", "cvae-wide"),
      ("simulate --family eq", "equilibrium"), ("help tr", "train"),
      ("train --progress = pl", "plain"), ("train --backend = c", "cpu"),
    ] {
      let words = ["implode"] + line.split(separator: " ").map(String.init)
      let list = words.map { "'\($0)'" }.joined(separator: " ")
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      let run = "COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1); _implode; "
      process.arguments = ["-c", script + "\n" + run + "printf '%s\\n' \"${COMPREPLY[@]}\""]
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let answer = String(
        decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      #expect(answer.split(separator: "\n").contains(Substring(offer)), "\(line): \(answer)")
    }
  }
}
