import Machine
import Physics
import Text

/// Reads tables of numbers from NPY and NPZ files.
///
/// In an NPZ file the columns are one-dimensional arrays with their names, or the arrays
/// `positions` and `momenta`, or a table with an array `columns` of names. A table without names
/// must consist of the wanted columns, or of positions and then momenta.
struct NPYReader<Value: TableValue> {
  var columns: [String]?
  var optional: [String]
  /// The names of the columns, for a table without names.
  var header: [String]?
  var badRows: BadRowPolicy
  var memoryLimit: Int
  var molecule: Molecule

  /// Reads the array of an NPY file.
  func readArray(_ stream: ByteStream) throws(Failure) -> Reading<Value> {
    try load(plan(stream))
  }

  /// Reads the arrays of an NPZ file.
  func readArchive(_ input: InputFile) throws(Failure) -> Reading<Value> {
    try load(plan(input))
  }

  /// Plans the reading of an NPY file.
  func plan(_ stream: ByteStream) throws(Failure) -> ArrayPlan {
    let source = WholeFileSource(stream)
    let head = try NPYHeader.read(source)
    guard head.shape.count == 2, head.matrix != nil else {
      throw NPYRefusal.shape(head, source.place)
    }
    let (layout, wanted) = try layout(
      of: [StoredArray(name: "", header: .success(head))], names: header, file: source.place.file)
    return ArrayPlan(
      layout, wanted: wanted, file: stream.file.path, format: .npy, others: []
    ) { _ in (head, source) }
  }

  /// Plans the reading of an NPZ file.
  func plan(_ input: InputFile) throws(Failure) -> ArrayPlan {
    let archive = try ArrayArchive(input)
    var names = header
    if names == nil { names = try archive.names() }
    let (layout, wanted) = try layout(of: archive.arrays, names: names, file: archive.file)
    return ArrayPlan(
      layout, wanted: wanted, file: input.path, format: .npz,
      others: layout.others.map { archive.arrays[$0].name } + archive.strangers
    ) { (array) throws(Failure) in try archive.open(array) }
  }

  /// The layout of the arrays, and the wanted columns with the optional ones that the file has.
  private func layout(
    of arrays: [StoredArray], names: [String]?, file: String
  ) throws(Failure) -> (layout: ArrayLayout, wanted: [String]?) {
    let layout = try ArrayLayout(
      arrays, names: names, wanted: columns, molecule: molecule, file: file)
    let more = optional.filter(layout.columns.contains)
    guard let columns, !more.isEmpty else { return (layout, columns) }
    let wanted = columns + more
    return (
      try ArrayLayout(arrays, names: names, wanted: wanted, molecule: molecule, file: file), wanted
    )
  }

  /// Reads all rows.
  func load(_ plan: ArrayPlan) throws(Failure) -> Reading<Value> {
    let block = try ArrayBlock<Value>(
      columns: plan.columns, rows: plan.rows, limit: memoryLimit, file: plan.file)
    var bytes = 0
    for part in plan.parts {
      let loader: ArrayLoader<Value> = try plan.loader(of: part)
      try loader.load(into: block)
      bytes += loader.header.dataBytes ?? 0
    }
    let (table, bad) = try block.finish(badRows, file: plan.file)
    var report = plan.report(rows: table.rows, bytes: bytes, underflows: block.underflows)
    (report.rowsDropped, report.badRows) = (bad.count, bad.first)
    return Reading(table: table, report: report)
  }
}

/// The arrays of an NPZ file.
struct ArrayArchive {
  private(set) var arrays: [StoredArray] = []
  /// The files in the archive that are no arrays.
  private(set) var strangers: [String] = []
  private var entries: [ZipEntry] = []
  private let input: InputFile
  private static let suffix = ".npy"

  var file: String { input.path }

  init(_ input: InputFile) throws(Failure) {
    self.input = input
    for entry in try ZipDirectory(input).entries {
      guard entry.name.hasSuffix(Self.suffix) else {
        strangers.append(entry.name)
        continue
      }
      let name = String(entry.name.dropLast(Self.suffix.count))
      entries.append(entry)
      arrays.append(StoredArray(name: name, header: Self.header(entry, input, name)))
    }
    guard !arrays.isEmpty else {
      let isExcel = strangers.contains("[Content_Types].xml")
      throw Failure(
        file: input.path, cause: isExcel ? "is an Excel file" : "is a zip file without arrays",
        hint: isExcel
          ? "save it as CSV" : "np.savez(FILE, data=a, columns=names) writes one that can be read")
    }
  }

  /// Opens an array by its index; the source begins at the first element.
  func open(_ array: Int) throws(Failure) -> (NPYHeader, any ArraySource) {
    let source = try ZipEntrySource(entries[array], of: input, array: arrays[array].name)
    return (try NPYHeader.read(source), source)
  }

  /// The names in the array `columns`; nil if there is no such array of text.
  func names() throws(Failure) -> [String]? {
    guard let array = arrays.firstIndex(where: { $0.name == "columns" }) else { return nil }
    guard case .text = try arrays[array].header.get().element else { return nil }
    let source = try ZipEntrySource(entries[array], of: input, array: arrays[array].name)
    return try ArrayText.read(try NPYHeader.read(source), source)
  }

  private static func header(
    _ entry: ZipEntry, _ input: InputFile, _ name: String
  ) -> Result<NPYHeader, Failure> {
    do throws(Failure) {
      return .success(try NPYHeader.read(try ZipEntrySource(entry, of: input, array: name)))
    } catch {
      return .failure(error)
    }
  }
}
