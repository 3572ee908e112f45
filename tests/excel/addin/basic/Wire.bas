Attribute VB_Name = "Wire"
'Values over a socket, as text: messages of eight digits (the length) and so many ASCII characters.
'A cell is one letter and its content: n number, s text, b 1 or 0, d date (serial), c currency, e error code,
'x nothing, m missing. Tabs stand between cells, line feeds between rows.

Private socket As Object

Function Ask(text As String) As String
    If socket Is Nothing Then
        Set socket = CreateUnoService("com.sun.star.connection.Connector").connect("socket,host=127.0.0.1,port=" & Environ("XLPERF_PORT"))
    End If
    Send Right("00000000" & Len(text), 8) & text
    Ask = Received(Val(Received(8)))
End Function

Private Sub Send(text As String)
    Dim bytes() As Variant, i As Long
    ReDim bytes(Len(text) - 1)
    For i = 1 To Len(text)
        bytes(i - 1) = Asc(Mid(text, i, 1))
    Next i
    socket.write(bytes)
End Sub

Private Function Received(count As Long) As String
    Dim bytes() As Variant, i As Long, text As String, part As String
    text = ""
    Do While Len(text) < count
        socket.read(bytes, count - Len(text))
        part = ""
        For i = 0 To UBound(bytes)
            part = part & Chr(bytes(i))
        Next i
        text = text & part
    Loop
    Received = text
End Function

Function Escaped(text As String) As String
    Dim i As Long, code As Long, result As String
    For i = 1 To Len(text)
        code = Asc(Mid(text, i, 1))
        If code < 0 Then code = code + 65536
        If code < 32 Or code > 126 Or code = 92 Then
            result = result & "\" & Right("0000" & Hex(code), 4)
        Else
            result = result & Chr(code)
        End If
    Next i
    Escaped = result
End Function

Function Unescaped(text As String) As String
    Dim i As Long, result As String
    i = 1
    Do While i <= Len(text)
        If Mid(text, i, 1) = "\" Then
            result = result & ChrW(CLng("&H0" & Mid(text, i + 1, 4)))
            i = i + 5
        Else
            result = result & Mid(text, i, 1)
            i = i + 1
        End If
    Loop
    Unescaped = result
End Function

Function Digits(number As Double) As String
    'Str gives 15 digits: what they leave out is sent as a second number.
    Dim first As String
    first = Trim(Str(number))
    Digits = first & "+" & Trim(Str(number - Val(first)))
End Function

Function CellsOf(document As Object, range As Object) As String
    Dim row As Long, column As Long, result As String
    For row = 0 To range.Rows.Count - 1
        If row > 0 Then result = result & Chr(10)
        For column = 0 To range.Columns.Count - 1
            If column > 0 Then result = result & Chr(9)
            result = result & CellText(document, range.getCellByPosition(column, row))
        Next column
    Next row
    CellsOf = result
End Function

Private Function CellText(document As Object, cell As Object) As String
    Dim kind As Long
    kind = cell.Type
    If kind = 3 Then kind = cell.FormulaResultType2
    If cell.getError() <> 0 Then
        CellText = "e" & cell.getError()
    ElseIf cell.Type = 0 Then
        CellText = "x"
    ElseIf kind = 2 Then
        CellText = "s" & Escaped(cell.getString())
    Else
        kind = document.NumberFormats.getByKey(cell.NumberFormat).Type
        If (kind And 2) = 2 Then
            CellText = "d" & Digits(cell.getValue())
        ElseIf (kind And 1024) = 1024 Then
            CellText = "b" & cell.getValue()
        ElseIf (kind And 8) = 8 Then
            CellText = "c" & Digits(cell.getValue())
        Else
            CellText = "n" & Digits(cell.getValue())
        End If
    End If
End Function
