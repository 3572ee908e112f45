Attribute VB_Name = "FunctionHelp"
Option Explicit
'What Excel's function wizard says about each function. VBA knows no Chinese, so the texts lie on the
'sheet xlperf.conf, one function a row: name, category, description, then one text for each argument.

Private Const FIRST_COLUMN As Long = 4

Public Sub XlperfDescribe()
    'Excel takes the description of a function only while its workbook is not hidden, as add-ins are.
    Dim row As Long, isShown As Boolean, before As Object
    On Error GoTo finish
    row = 1
    Do While Text(row, 0) <> ""
        If Not Described(row) And Not isShown Then
            Set before = Application.ActiveWindow
            isShown = True
            Application.ScreenUpdating = False
            ThisWorkbook.IsAddin = False
            Described row
        End If
        row = row + 1
    Loop
finish:
    If isShown Then
        ThisWorkbook.IsAddin = True
        ThisWorkbook.Saved = True
        If Not before Is Nothing Then before.Activate
        Application.ScreenUpdating = True
    End If
End Sub

Private Function Described(ByVal row As Long) As Boolean
    Dim arguments() As String, count As Long, macroName As String
    On Error GoTo refused
    macroName = "'" & ThisWorkbook.Name & "'!" & Text(row, 0)
    Do While Text(row, 3 + count) <> ""
        ReDim Preserve arguments(0 To count)
        arguments(count) = Text(row, 3 + count)
        count = count + 1
    Loop
    If count = 0 Then
        Application.MacroOptions Macro:=macroName, Category:=Text(row, 1), Description:=Text(row, 2)
    Else
        Application.MacroOptions Macro:=macroName, Category:=Text(row, 1), Description:=Text(row, 2), _
            ArgumentDescriptions:=arguments
    End If
    Described = True
refused:
End Function

Private Function Text(ByVal row As Long, ByVal column As Long) As String
    Text = ThisWorkbook.Worksheets("xlperf.conf").Cells(row, FIRST_COLUMN + column).Value
End Function
