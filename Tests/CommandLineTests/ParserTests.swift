import Foundation
import Testing
import Text

@testable import implode

/// How the command line is read, case by case.
@Suite struct ParserTests {
  @Test("spellings that mean the same")
  func spellings() throws {
    for arguments in [["--epochs", "3"], ["--epochs=3"], ["-e", "3"], ["-e3"], ["-e=3"]] {
      #expect(try read(arguments).epochs == 3)
    }
    #expect(try read(["epochs=3"]).epochs == 3)
    #expect(try read(["-ne5"]) == SampleOptions(epochs: 5, dryRun: true))
    #expect(try read(["--dry-run", "--no-dry-run"]) == SampleOptions())
    #expect(try read(["--dry-run=true"]).dryRun)
    #expect(try read(["--no-data.shuffles"]).shuffles == false)
    #expect(try read(["data.shuffles=false"]).shuffles == false)
    #expect(try read(["--backend=opencl"]).backend == .opencl)
    #expect(try read(["--label", ""]).label == "")
    #expect(try read(["--label=--x=y"]).label == "--x=y")
    #expect(try read(["--no-color"]) == SampleOptions())
  }

  @Test("what is no option")
  func positional() throws {
    #expect(try read(["a", "-", "--", "--weird.csv", "-e", "lr=1"]).files.count == 5)
    #expect(try read(["a.csv", "--epochs", "2", "b.csv"]).files == ["a.csv", "b.csv"])
    // Neither side of these looks like a key.
    #expect(try read(["./x=1", "1=2", "a b=3"]).files.count == 3)
    // A file that exists is a file.
    let file = FileManager.default.temporaryDirectory.path + "/implode=\(UInt64.random(in: 0...9))"
    #expect(FileManager.default.createFile(atPath: file, contents: nil))
    defer { try? FileManager.default.removeItem(atPath: file) }
    #expect(try read([file]).files == [file])
  }

  @Test("-h and --help win over what follows")
  func help() throws {
    for arguments in [["-h"], ["--help"], ["-e3", "--help", "--nonsense"], ["-nh"]] {
      var parser = Parser(sample)
      guard case .help = try parser.parse(arguments) else {
        Issue.record("\(arguments) is not a call for help")
        continue
      }
    }
  }

  struct Mistake: Sendable {
    let arguments: [String]
    let message: String
    let hint: String?

    init(_ arguments: [String], _ message: String, _ hint: String?) {
      (self.arguments, self.message, self.hint) = (arguments, message, hint)
    }
  }

  static let mistakes: [Mistake] = [
    Mistake(["--epoch", "5"], "unknown option '--epoch'", "did you mean '--epochs'?"),
    Mistake(
      ["--backend", "opencll"], "--backend: 'opencll' is not one of auto, cpu, opencl",
      "did you mean 'opencl'?"
    ),
    Mistake(["--lr"], "--lr needs a value", "write --lr X"),
    Mistake(["--lr", "--epochs", "2"], "--lr needs a value", "write --lr X"),
    Mistake(["--lr", "-n"], "--lr needs a value", "write --lr X"),
    Mistake(["-e"], "--epochs needs a value", "write --epochs N"),
    Mistake(
      ["--lr=nan"], "--lr: 'nan' is not a finite number",
      "write a decimal number, such as 0.001 or 1e-3"
    ),
    Mistake(
      ["--epochs=0"], "--epochs: '0' must be above 0",
      "-e, --epochs N is number of epochs"
    ),
    Mistake(["--lr", "-1"], "--lr: '-1' must be above 0", "--lr X is learning rate"),
    Mistake(
      ["--dry-run=maybe"], "--dry-run: 'maybe' is not true or false",
      "write true or false"
    ),
    Mistake(["--no-dry-run=true"], "--no-dry-run takes no value", "write --no-dry-run"),
    Mistake(["--help=yes"], "--help takes no value", "write --help"),
    Mistake(["--no-epochs"], "unknown option '--no-epochs'", nil),
    Mistake(["--no-dry-rum"], "unknown option '--no-dry-rum'", "did you mean '--no-dry-run'?"),
    Mistake(["-epochs"], "--epochs: 'pochs' is not a whole number", nil),
    Mistake(["-dry-run"], "unknown option '-dry-run'", "did you mean '--dry-run'?"),
    Mistake(["-x"], "unknown option '-x'", "`implode sample --help` lists the options"),
    Mistake(["--=3"], "unknown option '--'", nil),
  ]

  @Test("errors say what is wrong, and what would be right", arguments: mistakes)
  func errors(_ mistake: Mistake) throws {
    let error = try #require(throws: Failure.self) { try read(mistake.arguments) }
    #expect(error.message == mistake.message)
    #expect(error.code == .usage)
    if let hint = mistake.hint { #expect(error.hint == hint) }
  }

  @Test("an unknown key=value is no file name")
  func unknownKey() throws {
    let error = try #require(throws: Failure.self) { try read(["lrr=0.01", "FILE"]) }
    #expect(error.message == "unknown key 'lrr'")
    #expect(error.hint == "did you mean 'lr'?")
    #expect(error.code == .configuration)
    let value = try #require(throws: Failure.self) { try read(["lr=fast"]) }
    #expect(value.message == "lr: 'fast' is not a finite number")
    #expect(value.code == .configuration)
  }

  @Test("the last one is used, with a warning")
  func repetition() throws {
    var parser = Parser(sample)
    guard case .run(let options) = try parser.parse(["--lr=0.1", "lr=0.2"]) else {
      Issue.record("it does not run")
      return
    }
    #expect(options.lr == 0.2)
    #expect(parser.warnings == ["'lr' is given as '0.1' and as '0.2': the last one is used"])
    var same = Parser(sample)
    _ = try same.parse(["-n", "--dry-run"])
    #expect(same.warnings == [])
  }

  @Test("the environment sets options that the command line does not")
  func environment() throws {
    let variables = ["IMPLODE_EPOCHS": "7", "IMPLODE_BACKEND": ""]
    #expect(try parse(environment: variables) == SampleOptions(epochs: 7))
    #expect(try parse("-e3", environment: variables)?.epochs == 3)
    // What is overridden need not be right.
    #expect(try parse("-e3", environment: ["IMPLODE_EPOCHS": "many"])?.epochs == 3)
    let error = try #require(throws: Failure.self) {
      try parse(environment: ["IMPLODE_EPOCHS": "many"])
    }
    #expect(error.message == "IMPLODE_EPOCHS: 'many' is not a whole number")
    #expect(error.code == .configuration)
  }

  @Test("parsing the printed form of a configuration gives it back")
  func roundTrip() throws {
    for epochs in [1, 10, Int.max] {
      for lr in [0.1, 1e-300, 3, .ulpOfOne, 1e22] {
        for label in [nil, "", "a b", "--=x", "ü\n"] {
          var options = SampleOptions(epochs: epochs, lr: lr, label: label)
          for backend in Backend.allCases {
            (options.backend, options.dryRun) = (backend, !options.dryRun)
            options.shuffles = backend == .cpu
            #expect(try read(sample.arguments(for: options)) == options)
          }
        }
      }
    }
  }

  private func read(_ arguments: [String]) throws -> SampleOptions {
    var parser = Parser(sample)
    guard case .run(let options) = try parser.parse(arguments) else {
      throw Failure.usage("a call for help", hint: "")
    }
    return options
  }
}
