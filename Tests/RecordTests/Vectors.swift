/// `"NAME": {…}`, a tensor of two bytes.
private func two(
  _ name: String = "a", dtype: String = #""U8""#, shape: String = "[2]", offsets: String = "[0,2]"
) -> String {
  #""\#(name)":{"dtype":\#(dtype),"shape":\#(shape),"data_offsets":\#(offsets)}"#
}

private let plain = "{\(two())}"
private let data: [UInt8] = [1, 2]

extension Vector {
  static let all = accepted + lengths + layouts + fields + texts + stricter + further

  static let accepted: [Vector] = [
    .good("plain", plain, data),
    .good("space padding", plain + "     ", data),
    .good("leading space", " " + plain, data),
    .good("newline padding", plain + "\n\n", data),
    .good("no tensor", "{}"),
    .good("scalar", "{\(two(shape: "[]", offsets: "[0,1]"))}", [7]),
    .good("shape [0]", "{\(two(shape: "[0]", offsets: "[0,0]"))}"),
    .good("metadata", #"{"__metadata__":{"k":"v"},\#(two())}"#, data),
    .good("metadata null", #"{"__metadata__":null,\#(two())}"#, data),
    .good(
      "unknown field",
      #"{"a":{"dtype":"U8","x":{"y":[1.5e-3,true,null]},"shape":[2],"data_offsets":[0,2]}}"#, data),
    .good("empty name", "{\(two(""))}", data),
    .good(
      "NaN and infinity",
      "{\(two(dtype: #""F32""#, offsets: "[0,8]"))}", [0, 0, 0xC0, 0x7F, 0, 0, 0x80, 0xFF]),
    .good("length of the header no multiple of 8", plain + " ", data),
  ]

  static let lengths: [Vector] = [
    .bad("NUL padding", plain + "\0\0", data),
    .raw("empty file", []),
    .raw("seven bytes", [UInt8](repeating: 0, count: 7)),
    .raw("N = 0", length(0)),
    .raw("N > file", length(100) + Array(plain.utf8)),
    .raw("N = 2^63", length(1 << 63) + Array(plain.utf8)),
    .raw("N = 100,000,001", length(100_000_001) + Array(plain.utf8)),
    .bad("trailing bytes", plain, data + [3]),
    .bad("data cut off", plain, [1]),
    .raw("JSON cut off", file(String(plain.dropLast()), data)),
  ]

  static let layouts: [Vector] = [
    .bad("duplicate tensor", "{\(two()),\(two(offsets: "[2,4]"))}", data + data),
    .bad("overlap", "{\(two()),\(two("b", offsets: "[1,3]"))}", [1, 2, 3]),
    .bad("hole", "{\(two()),\(two("b", offsets: "[3,5]"))}", [1, 2, 3, 4, 5]),
    .bad("first offset", "{\(two(offsets: "[1,3]"))}", [1, 2, 3]),
    .bad("end before begin", "{\(two(offsets: "[2,0]"))}", data),
    .bad("shape against size", "{\(two(shape: "[3]"))}", data),
    .bad("overflow", "{\(two(shape: "[9223372036854775807,4]"))}", data),
    .bad("three offsets", "{\(two(offsets: "[0,2,2]"))}", data),
  ]

  static let fields: [Vector] = [
    .bad(
      "duplicate field", #"{"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#,
      data),
    .bad("missing field", #"{"a":{"dtype":"U8","data_offsets":[0,2]}}"#, data),
    .bad("negative dimension", "{\(two(shape: "[-2]"))}", data),
    .bad("dimension 2.0", "{\(two(shape: "[2.0]"))}", data),
    .bad("dimension in quotes", "{\(two(shape: #"["2"]"#))}", data),
    .bad("unknown type", "{\(two(dtype: #""X8""#))}", data),
    .bad("type in lower case", "{\(two(dtype: #""u8""#))}", data),
    .bad("offset 8e0", "{\(two(shape: "[8]", offsets: "[0,8e0]"))}", data + data + data + data),
    .bad("metadata no text", #"{"__metadata__":{"k":1},\#(two())}"#, data),
    .bad("metadata array", #"{"__metadata__":{"k":[["v"]]},\#(two())}"#, data),
    .bad("two metadata", #"{"__metadata__":{},"__metadata__":{},\#(two())}"#, data),
  ]

  static let texts: [Vector] = [
    .raw("invalid UTF-8", file(Array("{\"".utf8) + [0xFF] + plain.utf8.dropFirst(2), data)),
    .bad("half of a surrogate pair", "{\(two(#"\ud800"#))}", data),
    .bad("array as header", "[\(plain)]", data),
    .bad("comment", "/* */" + plain, data),
  ]

  static let stricter: [Vector] = [
    .strict("duplicate metadata", #"{"__metadata__":{"k":"v","k":"w"},\#(two())}"#, data),
    .strict("identical tensors", "{\(two()),\(two())}", data),
    .strict("same bytes, other type", "{\(two()),\(two(dtype: #""I8""#))}", data),
    .strict("the same name, escaped", "{\(two()),\(two(#"\u0061"#))}", data),
    .strict(
      "overflow beside zero", "{\(two(shape: "[0,9223372036854775807,4]", offsets: "[0,0]"))}"),
    .strict("unknown field, 100 deep", deep(100), data),
    .strict("fields without names", #"{"a":["U8",[2],[0,2]]}"#, data),
  ]

  static let further: [Vector] = [
    .good("tab padding", plain + "\t", data),
    .good("return padding", plain + "\r", data),
    .good(
      "two empty tensors",
      "{\(two(shape: "[0]", offsets: "[0,0]")),\(two("b", shape: "[0]", offsets: "[0,0]"))}"),
    .good("escapes", "{\(two(#"\ud83d\ude00\/\n\"\u0041"#))}", data),
    .good("half bytes", "{\(two(dtype: #""F4""#, shape: "[4]"))}", data),
    .good("not in order", "{\(two("b", offsets: "[2,4]")),\(two())}", data + data),
    .bad("half of a byte", "{\(two(dtype: #""F4""#, shape: "[3]"))}", data),
    .bad("byte order mark", "\u{FEFF}" + plain, data),
    .bad("dimension -0", "{\(two(shape: "[2,-0]", offsets: "[0,0]"))}"),
    .bad("dimension 02", "{\(two(shape: "[02]"))}", data),
    .bad("dimension 2^64", "{\(two(shape: "[18446744073709551616]"))}", data),
    .bad("unknown field, 5000 deep", deep(5000), data),
    .bad(
      "unknown field NaN", #"{"a":{"dtype":"U8","x":NaN,"shape":[2],"data_offsets":[0,2]}}"#, data),
    .bad(
      "unknown field 1e999", #"{"a":{"x":1e999,"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#,
      data),
    .bad("newline in a name", "{\(two("a\nb"))}", data),
    .bad("trailing comma", "{\(two()),}", data),
    .bad("tensor null", #"{"a":null}"#),
    .bad("two headers", plain + plain, data),
    .bad("quotes without an end", #"{"a"#),
    .bad("brace alone", "{"),
  ]

  private static func deep(_ levels: Int) -> String {
    let nest = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    return #"{"a":{"dtype":"U8","x":\#(nest),"shape":[2],"data_offsets":[0,2]}}"#
  }
}
