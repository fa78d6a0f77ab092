import Foundation
import Physics
import Testing
import TestSupport

@testable import Reporting

/// The page as a browser lays it out.
@Suite("The page in a browser", .inReleaseBuilds) struct BrowserTests {
  @Test(
    "nothing is missing, cut off, on top of something else, or wider than the page",
    .enabled(if: installed != nil && Browser.path != nil), arguments: [0.03, 2e-5])
  func layout(spread: Double) throws {
    let folder = try Folder()
    var run = SyntheticRun()
    // What is known precisely has long numbers along its axes.
    run.spread = spread
    if spread < 0.01 { run.family = .random(RandomFamily()) }
    let summary = try Report(run.content(title: "a run")).write(
      to: folder.path, gnuplot: installed, threads: 2)
    #expect(summary.drawn.count == Figure.all.count)
    for isDark in [false, true] {
      let results = try Browser.check(folder.path, widths: [400, 1280], isDark: isDark)
      #expect(results.map(\.width).sorted() == [400, 1280])
      for result in results {
        #expect(result.figures == Figure.all.count)
        #expect(result.isDark == isDark)
        #expect(result.problems.isEmpty, "\(result.width) \(isDark): \(result.problems)")
      }
    }
  }

  @Test("the check finds errors in a page", .enabled(if: Browser.path != nil))
  func defects() throws {
    let folder = try Folder()
    let page = """
      <!DOCTYPE html><body style="background: white"><div style="width: 3000px">wide</div>
      <figure id="figure-x"><svg viewBox="0 0 300 100" width="300" height="100">
      <text x="10" y="50">one</text><text x="14" y="52">two</text><text x="290" y="90">three</text>
      <text x="100" y="20" fill="#eee">four</text></svg></figure></body>
      """
    _ = try folder.write(Array(page.utf8), to: "index.html")
    let result = try #require(try Browser.check(folder.path, widths: [1000], isDark: false).first)
    for defect in ["the page is", "\"one\" over \"two\"", "\"three\" is cut off", "unreadable"] {
      #expect(result.problems.contains { $0.contains(defect) }, "\(defect): \(result.problems)")
    }
  }
}

/// A browser without a window.
enum Browser {
  struct Result: Codable {
    let width, figures: Int
    let isDark: Bool
    let problems: [String]
  }

  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    return folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Shows the page in frames of these widths, and asks each what it looks like.
  static func check(_ folder: String, widths: [Int], isDark: Bool) throws -> [Result] {
    let page = try String(contentsOfFile: folder + "/index.html", encoding: .utf8)
    let checked = page.replacing("</body>", with: "<script>\(script)</script></body>")
    try checked.write(toFile: folder + "/checked.html", atomically: false, encoding: .utf8)
    let frames = widths.map {
      "<iframe src='checked.html' style='width:\($0)px;height:900px;border:0'></iframe>"
    }
    let wrapper = """
      <!DOCTYPE html><meta name="color-scheme" content="light dark"><body><script>
      addEventListener('message', e => {
        const p = document.createElement('p'); p.className = 'result';
        p.textContent = btoa(unescape(encodeURIComponent(e.data))); document.body.append(p); });
      </script>\(frames.joined())</body>
      """
    let path = folder + "/wrapper.html"
    try wrapper.write(toFile: path, atomically: false, encoding: .utf8)
    let dom = try run([
      "--virtual-time-budget=4000", "--dump-dom",
      "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "file://\(path)",
    ])
    return try dom.matches(of: /<p class="result">([^<]*)</).map { match in
      let data = try #require(Data(base64Encoded: String(match.1)))
      return try JSONDecoder().decode(Result.self, from: data)
    }
  }

  private static func run(_ arguments: [String]) throws -> String {
    let profile = try Folder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments =
      ["--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile.path)"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  private static let script = """
    addEventListener('load', () => {
      const problems = [], width = innerWidth, root = document.documentElement;
      if (root.scrollWidth > width) problems.push('the page is ' + root.scrollWidth + ' wide');
      for (const e of document.querySelectorAll('body *')) {
        const box = e.getBoundingClientRect();
        if (box.right > width + 1 && !e.parentElement.closest('.picture, .table, pre'))
          problems.push(e.tagName + '.' + e.className + ' ends at ' + box.right);
      }
      const svgs = [...document.querySelectorAll('figure svg')];
      for (const svg of svgs) {
        const name = svg.closest('figure').id, frame = svg.getBoundingClientRect();
        if (frame.width < 100 || frame.height < 50) problems.push(name + ' is too small');
        const ratio = frame.width / frame.height * svg.viewBox.baseVal.height
          / svg.viewBox.baseVal.width;
        if (Math.abs(ratio - 1) > 0.02) problems.push(name + ' is distorted by ' + ratio);
        const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim())
          .map(t => [t.textContent.trim(), t.getBoundingClientRect()]);
        if (texts.length < 4) problems.push(name + ' has hardly any text');
        texts.forEach(([a, p], i) => {
          if (p.left < frame.left - 1 || p.right > frame.right + 1 || p.top < frame.top - 1
              || p.bottom > frame.bottom + 1) problems.push(name + ': "' + a + '" is cut off');
          for (const [b, q] of texts.slice(i + 1)) {
            const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
            const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
            if (w > 1 && h > 0.3 * Math.min(p.height, q.height))
              problems.push(name + ': "' + a + '" over "' + b + '"');
          }
        });
      }
      const lightness = c => c.match(/\\d+/g).slice(0, 3).reduce((s, x) => s + +x, 0) / 765;
      const paper = lightness(getComputedStyle(document.body).backgroundColor);
      for (const t of document.querySelectorAll('figure svg text'))
        if (Math.abs(lightness(getComputedStyle(t).fill) - paper) < 0.3) {
          problems.push('unreadable: ' + t.textContent); break;
        }
      parent.postMessage(JSON.stringify({
        width, figures: svgs.length, isDark: paper < 0.5, problems: [...new Set(problems)]}), '*');
    });
    """
}
