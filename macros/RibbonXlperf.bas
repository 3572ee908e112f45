Attribute VB_Name = "RibbonXlperf"
Option Explicit
'The buttons of the ribbon: each carries the name of its action as its id.

Private Declare PtrSafe Function MessageBoxW Lib "user32" (ByVal Owner As LongPtr, ByVal Message As LongPtr, ByVal Title As LongPtr, ByVal Kind As Long) As Long

Public Sub XlperfAction(control As IRibbonControl)
    Dim server As Object, book As Workbook, reason As String
    On Error GoTo failed
    TryAgain
    Set server = XLPy()
    Set book = ActiveWorkbook
    'With no workbook open the add-in itself leads Python to this Excel.
    If book Is Nothing Then Set book = ThisWorkbook
    server.SetAttr server.Module("xlwings._xlwindows"), "BOOK_CALLER", book
    server.Exec "from xlperf.excel.actions import ribbon; ribbon.run('" & control.ID & "')"
    Exit Sub
failed:
    reason = Err.Description
    If Err.Source <> "xlperf" Then reason = Setting("failed") & vbCrLf & LastLine(reason)
    Tell reason
End Sub

Private Sub Tell(ByVal text As String)
    'MsgBox would show Chinese as question marks where Windows speaks another language.
    Dim title As String
    title = Setting("title")
    MessageBoxW Application.Hwnd, StrPtr(text), StrPtr(title), vbExclamation
End Sub

Private Function LastLine(ByVal text As String) As String
    Dim lines() As String, i As Long
    lines = Split(Replace(text, vbCr, vbLf), vbLf)
    For i = UBound(lines) To 0 Step -1
        If Trim$(lines(i)) <> "" Then
            LastLine = Left$(Trim$(lines(i)), 200)
            Exit Function
        End If
    Next i
End Function
