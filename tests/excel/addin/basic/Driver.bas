'Carries out what the tests ask for until they say quit; the answer to each command is the next question.

Private document As Object

Sub Main
    Dim answer As String, parts As Variant
    answer = "ready"
    On Error GoTo failed
again:
    Do
        parts = Split(Ask("driver" & Chr(30) & answer), Chr(30))
        If parts(0) = "quit" Then Exit Do
        answer = Done(parts)
    Loop
    document.close(True)
    StarDesktop.terminate()
    Exit Sub
failed:
    answer = "!" & Escaped(Error$) & " " & Erl
    Resume again
End Sub

Private Function Done(parts As Variant) As String
    Dim range As Object
    Done = "done"
    If parts(0) = "open" Then
        Opened(Unescaped(parts(1)))
        Exit Function
    End If
    If parts(0) = "modules" Then
        Done = ModulesOf(Unescaped(parts(1)))
        Exit Function
    End If
    Set range = document.Sheets.getByIndex(0).getCellRangeByName(parts(1))
    Select Case parts(0)
        Case "formula"
            range.getCellByPosition(0, 0).setFormula(Unescaped(parts(2)))
        Case "text"
            range.getCellByPosition(0, 0).setString(Unescaped(parts(2)))
        Case "number"
            range.getCellByPosition(0, 0).setValue(Val(parts(2)))
        Case "format"
            range.NumberFormat = document.NumberFormats.getStandardFormat(Val(parts(2)), range.CharLocale)
        Case "array"
            range.setArrayFormula(Unescaped(parts(2)))
        Case "clear"
            range.clearContents(1 + 2 + 4 + 16 + 32)
        Case "values"
            Done = CellsOf(document, range)
    End Select
End Function

Private Sub Opened(address As String)
    Set document = StarDesktop.loadComponentFromURL(address, "_blank", 0, Array(Setting("Hidden", True), Setting("MacroExecutionMode", 4)))
End Sub

Private Function Setting(name As String, value As Variant) As Object
    Dim result As New com.sun.star.beans.PropertyValue
    result.Name = name
    result.Value = value
    Set Setting = result
End Function

Private Function ModulesOf(address As String) As String
    Dim other As Object, library As Variant, module As Variant, result As String
    Set other = StarDesktop.loadComponentFromURL(address, "_blank", 0, Array(Setting("Hidden", True), Setting("FilterName", "Calc MS Excel 2007 VBA XML")))
    For Each library In other.BasicLibraries.ElementNames
        other.BasicLibraries.loadLibrary(library)
        For Each module In other.BasicLibraries.getByName(library).ElementNames
            If result <> "" Then result = result & Chr(10)
            result = result & library & "." & module & Chr(9) & Escaped(other.BasicLibraries.getByName(library).getByName(module))
        Next module
    Next library
    other.close(True)
    ModulesOf = result
End Function
