import Testing

@testable import Reporting

@Suite("Scripts of gnuplot") struct ScriptTests {
  @Test("text from data is quoted, and cannot end the quotation")
  func quotation() {
    #expect(Script.quote("a'b") == "'a''b'")
    #expect(Script.quote("`rm x` \"$y\"\n\\") == "'`rm x` \"$y\" \\'")
    #expect(Script.printable("a\u{202E}b\u{7}c") == "a b c")
  }

  @Test("the name of a loss is quoted")
  func component() throws {
    var content = try SyntheticRun().content()
    let name = "x'; system 'touch /tmp/x'\n`id`\" } #"
    content.history.columns = content.history.columns.map {
      $0.replacing("kl", with: name)
    }
    let script = try Figure.components.compose(content).script
    let quoted = Script.quote(name)
    for line in script.lines where line.contains("touch") {
      if line.hasPrefix("#") {
        #expect(!line.contains { "{}'\"`\\\n".contains($0) }, "\(line)")
        continue
      }
      #expect(line.contains(quoted), "\(line)")
      #expect(!line.replacing(quoted, with: "").contains("touch"))
    }
    let data = try Figure.components.compose(content).data.text
    #expect(data.split(separator: "\n").allSatisfy { !$0.hasPrefix("`") })
  }

  @Test("numbers are as short as a Float, and what is not finite is nan")
  func numbers() {
    #expect(DataFile.number(1) == "1")
    #expect(DataFile.number(0.1) == "0.1")
    #expect(DataFile.number(-1e-9) == "-1e-09")
    #expect(DataFile.number(.infinity) == "nan" && DataFile.number(1e300) == "nan")
    #expect(Script.number(1e-5) == "1e-05" && Script.number(-3) == "-3")
  }

  @Test("blocks have names, titles, and two blank lines between them")
  func blocks() {
    let block = DataBlock("a\nb", columns: ["x_bohr", "y"], values: [[1, 2], [3, .nan]])
    let file = DataFile(comments: ["what\nit is"], blocks: [block, block])
    #expect(
      file.text == """
        # what it is
        # index 0: a b
        # x_bohr  y
        1 3
        2 nan


        # index 1: a b
        # x_bohr  y
        1 3
        2 nan

        """)
  }
}
