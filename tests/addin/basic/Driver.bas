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
    Dim hidden As New com.sun.star.beans.PropertyValue, macros As New com.sun.star.beans.PropertyValue
    hidden.Name = "Hidden"
    hidden.Value = True
    macros.Name = "MacroExecutionMode"
    macros.Value = 4
    Set document = StarDesktop.loadComponentFromURL(address, "_blank", 0, Array(hidden, macros))
End Sub
