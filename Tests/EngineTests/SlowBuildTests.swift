import Machine
import OpenCLBackend
import Testing

/// What is said while a driver compiles for a long time.
@Suite struct SlowBuildTests {
  @Test("what takes long is named, again and again", .timeLimit(.minutes(1)))
  func slow() {
    let told = Told()
    let watch = SlowBuild(patience: .milliseconds(1)) { told.add($0) }
    let result = watch.watch("the driver is at work") {
      told.wait(for: 2)
      return 5
    }
    #expect(result == 5)
    #expect(told.lines.allSatisfy { $0.hasPrefix("the driver is at work, for ") })
  }

  @Test("what takes no time is not spoken of")
  func fast() {
    let told = Told()
    SlowBuild(patience: .seconds(3600)) { told.add($0) }.watch("the driver is at work") {}
    #expect(told.lines.isEmpty)
  }

  /// Lines that another thread adds.
  private final class Told: Sendable {
    nonisolated(unsafe) private var texts: [String] = []
    nonisolated(unsafe) private let lock = Lock()

    var lines: [String] { lock.held { texts } }

    func add(_ text: String) {
      lock.held {
        texts.append(text)
        lock.signal()
      }
    }

    func wait(for count: Int) {
      lock.held { while texts.count < count { lock.wait() } }
    }
  }
}
